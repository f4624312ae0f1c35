/** What a proxy does wrong, in a form that survives the way through Node's http client and node-fetch; what to do about it. */
import { codeOf } from '../../errors/system-error.js'

const MARK = 'proxy'

/** Makes the error of a proxy; node-fetch hands on the message, the code and the name of the system call. */
export function proxyError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code, syscall: MARK })
}

/** Tells whether an error was made here, even if node-fetch made its own of it. */
export function isProxyError(error: object): boolean {
  const { syscall, erroredSysCall } = error as { readonly syscall?: unknown; readonly erroredSysCall?: unknown }
  return syscall === MARK || erroredSysCall === MARK
}

/** Says that there is no connection through the proxy, and whose fault it is. */
export function failedProxy({ host }: URL, cause: unknown): Error {
  if (cause instanceof Error && isProxyError(cause)) return cause
  const code = codeOf(cause)
  // What has no code is what the library says of the answer to CONNECT; it quotes it, and strangers choose its words.
  return code === '' ? noAnswer(host) : proxyError(`the proxy ${host} cannot be reached: ${code}`, code)
}

/** Says that what came is no answer of a proxy. */
export function noAnswer(host: string): Error {
  return proxyError(`the proxy ${host} did not answer in HTTP`, 'ERR_PROXY_ANSWER')
}

/** Names the usual cause of a failure at the proxy. */
export function proxyHint(code: string): string {
  switch (code) {
    case 'ERR_PROXY_LOGIN':
      return 'Put user and password into the URL of the proxy, percent-encoded: http://user:password@host:port.'
    case 'ERR_PROXY_REFUSED':
      return 'The proxy does not let this host or port through: allow it there, or name the host in NO_PROXY.'
    case 'ERR_PROXY_GATEWAY':
      return 'The proxy does not reach the registry: check the host of the registry, or name it in NO_PROXY.'
    case 'ERR_PROXY_ANSWER':
      return 'What listens there may be no proxy: check its host, its port, and whether it wants http or https.'
    case 'ERR_PROXY_URL':
      return 'Write the proxy as http://host:port or https://host:port; SOCKS is not supported. To use no proxy, set proxy: false.'
    default:
      return 'Check the URL of the proxy, in the option proxy or in HTTPS_PROXY and HTTP_PROXY; proxy: false uses none.'
  }
}
