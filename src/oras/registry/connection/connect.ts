/** The connection to one registry: where it is really reached, how requests get there, and where they may be led. */
import { isDockerHub, DOCKER_HUB_HOST } from '../../oci/docker-hub.js'
import { createAgentFinder } from '../../http/agents.js'
import type { Fetch } from '../../http/fetch.js'
import { createNodeFetch } from '../../http/node-fetch.js'
import { observing } from '../../http/observe.js'
import { retrying } from '../../http/retry/retry.js'
import { createRetryBudget, type RetryBudget } from '../../http/retry/retry-budget.js'
import { createRetryPolicy } from '../../http/retry/retry-policy.js'
import { createTransport, type Transport } from '../../http/transport.js'
import type { ConnectionOptions } from './connection-options.js'
import { isLoopback, isRegistry, type UrlPolicy } from './url-policy.js'

/** What a registry is reached by. */
export interface Connection {
  /** Sends a request, again where that may help; every answer that comes is reported. */
  readonly transport: Transport
  /** The retries of all requests together. */
  readonly budget: RetryBudget
  /** Where the registry is, and where it may lead requests. */
  readonly policy: UrlPolicy
}

/**
 * Prepares the connection; nothing is sent.
 *
 * @throws {TypeError} if an option cannot be used.
 */
export function connect(registry: string, options: ConnectionOptions): Connection {
  const { plainHttp, timeout, userAgent, trustedHosts = [], retry, onEvent } = options
  const origin = findOrigin(registry, plainHttp)
  const fetch = chooseFetch(options, origin)
  const policy = createRetryPolicy(retry)
  const budget = createRetryBudget(policy?.budget ?? 0, policy?.deadline ?? 0)
  const sending = createTransport(fetch, { timeout, userAgent })
  const transport = retrying(observing(sending, onEvent), { policy, budget, onEvent })
  return { transport, budget, policy: { registry: origin, trustedHosts } }
}

/**
 * Finds the origin of a registry.
 *
 * @param plainHttp Unset, http for this machine and https for all others.
 */
export function findOrigin(registry: string, plainHttp: boolean | undefined): URL {
  const host = isDockerHub(registry, 'reference') ? DOCKER_HUB_HOST : registry
  const { hostname } = new URL(`http://${host}`)
  return new URL(`${(plainHttp ?? isLoopback(hostname)) ? 'http' : 'https'}://${host}`)
}

/** Takes the user's own fetch, or makes one. */
function chooseFetch({ fetch, tls, proxy }: ConnectionOptions, origin: URL): Fetch {
  if (!fetch) return createNodeFetch(createAgentFinder({ isOwn: (url) => isRegistry(url, origin), tls, proxy }))
  // It makes connections of its own, and would not know of them.
  if (tls !== undefined) throw new TypeError('the option tls cannot be used with fetch')
  if (proxy !== undefined) throw new TypeError('the option proxy cannot be used with fetch')
  return fetch
}
