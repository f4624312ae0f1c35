/** What a proxy does wrong, in a form that survives the way through Node's http client and node-fetch. */
import { codeOf } from '../broken-connection.js'

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
  return proxyError(`the proxy ${host} gave no answer of HTTP`, 'ERR_PROXY_ANSWER')
}
