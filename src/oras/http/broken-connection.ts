/** Connections that fail: which of them may have more luck the second time, and what to do about the others. */
import type { NetworkError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'

/** What the library itself finds wrong with a connection: a silence, a body that is too short, or one that takes too long. */
export class BrokenConnection extends Error {
  override readonly name = 'BrokenConnection'
  readonly kind: 'silent' | 'short' | 'slow'

  constructor(kind: BrokenConnection['kind'], message: string) {
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
  // What drips would drip again.
  return cause instanceof BrokenConnection ? cause.kind !== 'slow' : TRANSIENT.has(codeOf(cause))
}

/** Tells whether nobody answered for as long as is allowed. */
export function isSilent({ cause }: NetworkError): boolean {
  return cause instanceof BrokenConnection && cause.kind === 'silent'
}

/** Tells whether it broke as a connection does that was kept, and that the server has closed meanwhile. */
export function isDead({ cause }: NetworkError): boolean {
  return DEAD.has(codeOf(cause))
}

/** Names the usual cause of a network error code. */
export function networkHint(code: string): string {
  if (code === 'ECONNREFUSED') return 'Nothing listens there: check that the registry runs and that the port is right.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The name of the host was not found: check its spelling, and the DNS of this machine.'
  // What OpenSSL reports of the other side's alerts: the certificate that it misses, or does not take, is ours.
  if (/ALERT.*(CERTIFICATE|UNKNOWN_CA)/.test(code)) {
    return 'The registry wants a client certificate that it trusts: set or correct tls.cert and tls.key.'
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return 'The registry does not speak TLS there, or no version that Node takes: check the port, or set plainHttp: true if it is plain http.'
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'The certificate is for another name: use one of its names as the host, or set tls.servername.'
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'The certificate is not valid at this time: renew it, or correct the clock of this machine.'
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return 'The certificate is not trusted: name its CA by the option tls.ca, or by NODE_EXTRA_CA_CERTS.'
  }
  return 'The request failed on the way: try again. If it fails again, check the registry and proxies on the way.'
}
