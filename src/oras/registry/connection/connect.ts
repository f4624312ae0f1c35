/** The connection to one registry: where it is really reached, how requests get there, and where they may be led. */
import { isDockerHub, DOCKER_HUB_HOST } from '../../oci/docker-hub.js'
import { createAgentFinder } from '../../http/agents.js'
import { hearingNoSecrets } from '../../errors/redact-error.js'
import type { Secrets } from '../../errors/secrets.js'
import type { Fetch } from '../../http/fetch.js'
import { createNodeFetch } from '../../http/node-fetch.js'
import { observing } from '../../http/observe.js'
import { retrying } from '../../http/retry/retry.js'
import { createRetryBudget, type RetryBudget } from '../../http/retry/retry-budget.js'
import { createRetryPolicy } from '../../http/retry/retry-policy.js'
import type { TlsOptions } from '../../http/tls/tls-options.js'
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
 * @param secrets Learns those that the options hold; what is told to `onEvent` holds none.
 * @throws {TypeError} if an option cannot be used.
 */
export function connect(registry: string, options: ConnectionOptions, secrets: Secrets): Connection {
  const { plainHttp, timeout, userAgent, trustedHosts = [], retry } = options
  const onEvent = hearingNoSecrets((text) => secrets.redact(text), options.onEvent)
  const origin = findOrigin(registry, plainHttp)
  const fetch = chooseFetch(options, origin, secrets)
  const policy = createRetryPolicy(retry)
  const budget = createRetryBudget(policy?.budget ?? 0, policy?.deadline ?? 0)
  const sending = createTransport(fetch, { timeout, userAgent })
  const transport = retrying(observing(sending, onEvent, secrets), { policy, budget, onEvent })
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
function chooseFetch({ fetch, tls, proxy }: ConnectionOptions, origin: URL, secrets: Secrets): Fetch {
  if (!fetch) {
    const isOwn = (url: URL): boolean => isRegistry(url, origin)
    const findAgent = createAgentFinder({ isOwn, tls, proxy, secrets })
    secrets.learn(tls?.passphrase, keyOf(tls))
    return createNodeFetch(findAgent)
  }
  return fetch
}

/** The client's key without what begins and ends its file. */
function keyOf({ key = '' }: TlsOptions = {}): string {
  const text = typeof key === 'string' ? key : Buffer.from(key).toString('latin1')
  return text.replace(/-----[^-]*-----|\s/g, '')
}
