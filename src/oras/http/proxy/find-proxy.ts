/** Which proxy a request goes through: the option, or else the environment, as Go programs read it. */
import { readVariable } from '../../environment.js'
import { must, type OptionCheck, type OptionChecks, readOptions } from '../../errors/read-options.js'
import { isObject } from '../../errors/wrong-argument.js'
import { isLoopbackIp, parseIp } from '../ip-address.js'
import { createNoProxy } from './no-proxy.js'
import { proxyError } from './proxy-error.js'
import type { ProxyOptions } from './proxy-options.js'

/** Finds the proxy of a URL; `undefined` if there is none. */
export type FindProxy = (url: URL) => URL | undefined

function proxyChecks(): OptionChecks<ProxyOptions> {
  return {
    // Looked at where it is parsed: its value may hold a password, and is not shown.
    url: () => {},
    noProxy: must('a string of hosts between commas', (value) => typeof value === 'string'),
  }
}

/** Checks the option proxy. */
export const checkProxy: OptionCheck = (value, what) => {
  if (isObject(value)) readOptions(value as unknown as ProxyOptions, proxyChecks(), what)
  createProxyFinder(value as string | ProxyOptions | false)
}

/**
 * Makes the choice for an option.
 *
 * @throws {TypeError} if the option is no proxy.
 */
export function createProxyFinder(option: string | ProxyOptions | false | undefined): FindProxy {
  if (option === false) return () => undefined
  if (option === undefined) {
    // Looked at when something is sent: who sends nothing needs no environment.
    let find: FindProxy | undefined
    return (url) => (find ??= fromEnvironment())(url)
  }
  const { url: text, noProxy = '' } = typeof option === 'string' ? { url: option } : (option ?? {})
  const proxy = typeof text === 'string' ? parseProxy(text) : undefined
  // The value may hold a password, and is not shown.
  if (!proxy)
    throw new TypeError('the option proxy must be the URL of an http or https proxy, an object with one, or false')
  const isExempt = createNoProxy(noProxy)
  return (url) => (isExempt(url) ? undefined : proxy)
}

function fromEnvironment(): FindProxy {
  const read = (name: string): string => readVariable(name) ?? readVariable(name.toLowerCase()) ?? ''
  const isExempt = createNoProxy(read('NO_PROXY'))
  return (url) => {
    const isHttps = url.protocol === 'https:'
    // A program that answers web requests by CGI gets a header "Proxy" of its visitors under this name.
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
