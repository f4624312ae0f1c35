/** Chooses the `http.Agent` of Node that a request uses; agents keep connections open for later requests. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Secrets } from '../errors/secrets.js'
import { createProxyFinder } from './proxy/find-proxy.js'
import { proxySecrets } from './proxy/proxy-login.js'
import type { ProxyOptions } from './proxy/proxy-options.js'
import type { TlsOptions } from './tls/tls-options.js'
import { createTlsSettings } from './tls/tls-settings.js'

/** Chooses the agent for a URL. */
export type FindAgent = (url: URL) => Promise<HttpAgent>

/** What decides which agent a URL gets. */
export interface AgentOptions {
  /** Tells whether a URL is at the registry itself: only there are the client certificate and `tls.insecure` used. */
  readonly isRegistry: (url: URL) => boolean
  readonly tls?: TlsOptions | undefined
  readonly proxy?: string | ProxyOptions | false | undefined
  /** Gets the password of the proxy, so that errors and events do not show it. */
  readonly secrets?: Secrets | undefined
}

interface Route {
  readonly protocol: string
  readonly isRegistry: boolean
  readonly proxy: URL | undefined
}

/** Agents with the same TLS options. */
type AgentPool = (route: Route) => Promise<HttpAgent>

/**
 * Creates the function that chooses agents for one registry. Calls with the same `tls` object, or with none, share
 * connections.
 */
export function createAgentFinder({ isRegistry, tls, proxy, secrets }: AgentOptions): FindAgent {
  const findProxy = createProxyFinder(proxy)
  const pool = poolFor(tls)
  return async (url) => {
    const found = findProxy(url)
    if (found) secrets?.learn(...proxySecrets(found))
    return pool({ protocol: url.protocol, isRegistry: isRegistry(url), proxy: found })
  }
}

// Idle connections are kept for other calls of the process, but not for ever: a program that gives a new `tls` object each
// time would keep all of them. Node does not let them hold the process open.
const KEEP_ALIVE = { keepAlive: true, timeout: 30_000 } as const
const pools = new WeakMap<TlsOptions, AgentPool>()
// Created when first needed: a bundler cannot remove what is created on import.
let plainAgent: HttpAgent | undefined
let defaultPool: AgentPool | undefined

function poolFor(tls: TlsOptions | undefined): AgentPool {
  if (tls === undefined) return (defaultPool ??= createPool())
  const found = pools.get(tls)
  if (found) return found
  const isEmpty = Object.values(tls).every((value) => value === undefined)
  const pool = isEmpty ? poolFor(undefined) : createPool({ ...tls })
  pools.set(tls, pool)
  return pool
}

function createPool(tls?: TlsOptions): AgentPool {
  const settings = createTlsSettings(tls)
  const agents = new Map<string, Promise<HttpAgent>>()

  const create = async ({ protocol, isRegistry, proxy }: Route): Promise<HttpAgent> => {
    const toTarget = protocol === 'https:' ? await (isRegistry ? settings.forRegistry() : settings.forOthers()) : {}
    if (!proxy) return new HttpsAgent({ ...KEEP_ALIVE, ...toTarget })
    // Loaded only when a proxy is used.
    const { createProxyAgent } = await import('./proxy/proxy-agents.js')
    const toProxy = proxy.protocol === 'https:' ? await settings.forOthers() : {}
    return createProxyAgent(protocol, { proxy, toProxy, toTarget })
  }

  return async (route) => {
    const { protocol, isRegistry, proxy } = route
    if (protocol !== 'https:' && !proxy) return (plainAgent ??= new HttpAgent(KEEP_ALIVE))
    const key = `${protocol} ${isRegistry} ${proxy?.href}`
    const agent = agents.get(key) ?? create(route)
    agents.set(key, agent)
    return agent
  }
}
