/** Errors of proxies, in a form that Node's http client and node-fetch pass on, and their hints. */
import { codeOf } from '../../errors/system-error.js'

const MARK = 'proxy'

/** Creates the error of a proxy; node-fetch keeps its message, its code and the name of the system call. */
export function proxyError(message: string, code: string): Error {
  return Object.assign(new Error(message), { code, syscall: MARK })
}

/** Tells whether an error was created by {@link proxyError}, also after node-fetch has made its own error of it. */
export function isProxyError(error: object): boolean {
  const { syscall, erroredSysCall } = error as { readonly syscall?: unknown; readonly erroredSysCall?: unknown }
  return syscall === MARK || erroredSysCall === MARK
}

/** Creates the error for a connection through the proxy that failed. */
export function proxyConnectError({ host }: URL, cause: unknown): Error {
  if (cause instanceof Error && isProxyError(cause)) return cause
  const code = codeOf(cause)
  // Without a code it is an error of the package about the answer to CONNECT. It quotes the answer, which is untrusted.
  return code === '' ? invalidProxyAnswer(host) : proxyError(`the proxy ${host} cannot be reached: ${code}`, code)
}

/** Creates the error for an answer to CONNECT that is not HTTP. */
export function invalidProxyAnswer(host: string): Error {
  return proxyError(`the proxy ${host} did not answer in HTTP`, 'ERR_PROXY_ANSWER')
}

/** The hint for a code of a proxy's error. */
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
