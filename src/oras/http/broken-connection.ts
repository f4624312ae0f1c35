/** Connections that fail: which of them are worth a retry, and hints for the others. */
import type { NetworkError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'

/** A failure that the library itself detects: no bytes for too long, a body that is too short, or one that is too slow. */
export class BrokenConnection extends Error {
  override readonly name = 'BrokenConnection'
  readonly kind: 'idle' | 'short' | 'slow'

  constructor(kind: BrokenConnection['kind'], message: string) {
    super(message)
    this.kind = kind
  }
}

// ECONNREFUSED is missing on purpose: usually no server runs there, and a user with a wrong port should learn it at once.
// So are unknown host names, bad certificates and answers that are not HTTP: a retry does not help.
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
const STALE = new Set(['ECONNRESET', 'EPIPE'])

/** Tells whether a retry may succeed: the connection broke, but the address is right. */
export function isTransient({ cause }: NetworkError): boolean {
  // A server that was too slow would be too slow again.
  return cause instanceof BrokenConnection ? cause.kind !== 'slow' : TRANSIENT.has(codeOf(cause))
}

/** Tells whether the request failed because no byte came within `timeout`. */
export function isIdleTimeout({ cause }: NetworkError): boolean {
  return cause instanceof BrokenConnection && cause.kind === 'idle'
}

/** Tells whether it failed like a kept connection that the server had already closed. */
export function isStaleConnection({ cause }: NetworkError): boolean {
  return STALE.has(codeOf(cause))
}

/** The hint for a network error code. */
export function networkHint(code: string): string {
  if (code === 'ECONNREFUSED') return 'Nothing listens there: check that the registry runs and that the port is right.'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return 'The name of the host was not found: check its spelling, and the DNS of this machine.'
  // OpenSSL reports alerts of the server so: it wants a client certificate, or does not accept ours.
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
