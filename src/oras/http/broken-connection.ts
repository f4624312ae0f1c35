/** Connections that fail, and which of them may have more luck the second time. */
import type { NetworkError } from '../errors/oci-error.js'

/** What the library itself finds wrong with a connection: a silence, or a body that is too short. */
export class BrokenConnection extends Error {
  override readonly name = 'BrokenConnection'
  readonly kind: 'silent' | 'short'

  constructor(kind: 'silent' | 'short', message: string) {
    super(message)
    this.kind = kind
  }
}

// A refused connection is not among them: mostly nothing runs there, and whoever wrote the wrong port should hear it at
// once. Neither are unknown names, certificates, and answers that are no HTTP.
const TRANSIENT = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'EPIPE',
  'ERR_PROXY_GATEWAY',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
])
const DEAD = new Set(['ECONNRESET', 'EPIPE'])

/** Tells whether the connection broke, and is no wrong one. */
export function isTransient({ cause }: NetworkError): boolean {
  return cause instanceof BrokenConnection || TRANSIENT.has(codeOf(cause))
}

/** Tells whether nobody answered for as long as is allowed. */
export function isSilent({ cause }: NetworkError): boolean {
  return cause instanceof BrokenConnection && cause.kind === 'silent'
}

/** Tells whether it broke as a connection does that was kept, and that the server has closed meanwhile. */
export function isDead({ cause }: NetworkError): boolean {
  return DEAD.has(codeOf(cause))
}

/** The system's code of an error: node-fetch puts it on its error, the global fetch on the cause. */
export function codeOf(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as { code?: unknown }).code
    if (typeof code === 'string') return code
  }
  return ''
}
