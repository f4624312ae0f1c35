/** Finds the proxy for a request: from the option `proxy`, or from the environment as Go programs read it. */
import { readVariable } from '../../environment.js'
import { must, type OptionCheck, type OptionChecks, readOptions } from '../../errors/read-options.js'
import { isObject, wrongArgument } from '../../errors/wrong-argument.js'
import { isLoopbackIp, parseIp } from '../ip-address.js'
import { parseNoProxy } from './no-proxy.js'
import { proxyError } from './proxy-error.js'
import type { ProxyOptions } from './proxy-options.js'

/** Finds the proxy for a URL; `undefined` if it is reached without a proxy. */
export type FindProxy = (url: URL) => URL | undefined

function proxyChecks(): OptionChecks<ProxyOptions> {
  return {
    // Checked when it is parsed; the message does not show the value, because it may hold a password.
    url: () => {},
    noProxy: must('a string of hosts between commas', (value) => typeof value === 'string'),
  }
}

/** Checks the option `proxy`. */
export const checkProxy: OptionCheck = (value, what) => {
  if (value instanceof URL)
    throw wrongArgument(what, 'the URL of a proxy as a string, false, or an object with a url', value)
  if (isObject(value)) readOptions(value as unknown as ProxyOptions, proxyChecks(), what)
  createProxyFinder(value as string | ProxyOptions | false)
}

/**
 * Creates the function that finds proxies.
 *
 * @throws {TypeError} if the option is invalid.
 */
export function createProxyFinder(option: string | ProxyOptions | false | undefined): FindProxy {
  if (option === false) return () => undefined
  if (option === undefined) {
    // The environment is read with the first request.
    let find: FindProxy | undefined
    return (url) => (find ??= fromEnvironment())(url)
  }
  const { url: text, noProxy = '' } = typeof option === 'string' ? { url: option } : (option ?? {})
  const proxy = typeof text === 'string' ? parseProxy(text) : undefined
  // The message does not show the value, because it may hold a password.
  if (!proxy)
    throw new TypeError('the option proxy must be the URL of an http or https proxy, an object with one, or false')
  const isExempt = parseNoProxy(noProxy)
  return (url) => (isExempt(url) ? undefined : proxy)
}

function fromEnvironment(): FindProxy {
  const read = (name: string): string => readVariable(name) ?? readVariable(name.toLowerCase()) ?? ''
  const isExempt = parseNoProxy(read('NO_PROXY'))
  return (url) => {
    const isHttps = url.protocol === 'https:'
    // In a CGI program, HTTP_PROXY holds the header "Proxy" of the web request: any client can set it (httpoxy).
    if (!isHttps && readVariable('REQUEST_METHOD') !== undefined) return undefined
    const name = isHttps ? 'HTTPS_PROXY' : 'HTTP_PROXY'
    const text = read(name)
    if (text === '' || isLocal(url) || isExempt(url)) return undefined
    const proxy = parseProxy(text)
    if (!proxy) throw proxyError(`the variable ${name} holds no URL of an http or https proxy`, 'ERR_PROXY_URL')
    return proxy
  }
}

function isLocal({ hostname }: URL): boolean {
  const ip = parseIp(hostname.replace(/^\[|\]$/g, ''))
  return hostname === 'localhost' || (ip !== undefined && isLoopbackIp(ip))
}

function parseProxy(text: string): URL | undefined {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(full)) return undefined
  const url = new URL(full)
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined
}
