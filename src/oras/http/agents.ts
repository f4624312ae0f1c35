/** The connections: which agent of Node's a request goes through. */
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

/** What the choice depends on. */
export interface AgentOptions {
  /** Whether a URL leads to the server itself: a client certificate, and what weakens the check of its own, are for it alone. */
  readonly isOwn: (url: URL) => boolean
  readonly tls?: TlsOptions | undefined
  readonly proxy?: string | ProxyOptions | false | undefined
  /** Learns the login of the proxy when it is used. */
  readonly secrets?: Secrets | undefined
}

interface Route {
  readonly protocol: string
  readonly isOwn: boolean
  readonly proxy: URL | undefined
}

/** Agents that share what they trust. */
type Pool = (route: Route) => Promise<HttpAgent>

/** Makes the choice for one server. Calls that give the same object `tls`, or none, share connections. */
export function createAgentFinder({ isOwn, tls, proxy, secrets }: AgentOptions): FindAgent {
  const findProxy = createProxyFinder(proxy)
  const pool = findPool(tls)
  return async (url) => {
    const found = findProxy(url)
    if (found) secrets?.learn(...proxySecrets(found))
    return pool({ protocol: url.protocol, isOwn: isOwn(url), proxy: found })
  }
}

// Idle connections are kept for other calls of the process, but not for ever: who gives another `tls` each time would
// have them all. Node does not let them hold the process open.
const keeping = { keepAlive: true, timeout: 30_000 } as const
const pools = new WeakMap<TlsOptions, Pool>()
// Made when they are first needed: what is made on import, no bundler can leave out.
let plain: HttpAgent | undefined
let usual: Pool | undefined

function findPool(tls: TlsOptions | undefined): Pool {
  if (tls === undefined) return (usual ??= createPool())
  const found = pools.get(tls)
  if (found) return found
  const isEmpty = Object.values(tls).every((value) => value === undefined)
  const pool = isEmpty ? findPool(undefined) : createPool({ ...tls })
  pools.set(tls, pool)
  return pool
}

function createPool(tls?: TlsOptions): Pool {
  const settings = createTlsSettings(tls)
  const agents = new Map<string, Promise<HttpAgent>>()

  const create = async ({ protocol, isOwn, proxy }: Route): Promise<HttpAgent> => {
    const toTarget = protocol === 'https:' ? await (isOwn ? settings.own() : settings.others()) : {}
    if (!proxy) return new HttpsAgent({ ...keeping, ...toTarget })
    // Whoever uses no proxy need not load what it takes.
    const { createProxyAgent } = await import('./proxy/proxy-agents.js')
    const toProxy = proxy.protocol === 'https:' ? await settings.others() : {}
    return createProxyAgent(protocol, { proxy, toProxy, toTarget })
  }

  return async (route) => {
    const { protocol, isOwn, proxy } = route
    if (protocol !== 'https:' && !proxy) return (plain ??= new HttpAgent(keeping))
    const key = `${protocol} ${isOwn} ${proxy?.href}`
    const agent = agents.get(key) ?? create(route)
    agents.set(key, agent)
    return agent
  }
}
