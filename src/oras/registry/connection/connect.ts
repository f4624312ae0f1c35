/** Creates the connection to one registry: its origin, the transport, and the URL policy. */
import { isDockerHub, DOCKER_HUB_HOST } from '../../oci/docker-hub.js'
import { createAgentFinder } from '../../http/agents.js'
import { hearingNoSecrets } from '../../errors/redact-error.js'
import type { Secrets } from '../../errors/secrets.js'
import type { Fetch } from '../../http/fetch.js'
import { createNodeFetch } from '../../http/node-fetch.js'
import { withEvents } from '../../http/with-events.js'
import { withRetry } from '../../http/retry/with-retry.js'
import { createRetryBudget, type RetryBudget } from '../../http/retry/retry-budget.js'
import { createRetryPolicy } from '../../http/retry/retry-policy.js'
import type { TlsOptions } from '../../http/tls/tls-options.js'
import { createTransport, type Transport } from '../../http/transport.js'
import type { ConnectionOptions } from './connection-options.js'
import { isLoopback, isRegistry, type UrlPolicy } from './url-policy.js'

/** The connection to a registry. */
export interface Connection {
  /** Sends requests, with retries and events. */
  readonly transport: Transport
  /** The retries that all requests share. */
  readonly budget: RetryBudget
  /** The origin of the registry, and which URLs of it may be followed. */
  readonly policy: UrlPolicy
}

/**
 * Creates the connection; nothing is sent.
 *
 * @param secrets Gets the secrets in the options; they are redacted in events too.
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
  const transport = withRetry(withEvents(sending, onEvent, secrets), { policy, budget, onEvent })
  return { transport, budget, policy: { registry: origin, trustedHosts } }
}

/**
 * Returns the origin of a registry.
 *
 * @param plainHttp If it is unset: http for loopback hosts, https for all others.
 */
export function findOrigin(registry: string, plainHttp: boolean | undefined): URL {
  const host = isDockerHub(registry, 'reference') ? DOCKER_HUB_HOST : registry
  const { hostname } = new URL(`http://${host}`)
  return new URL(`${(plainHttp ?? isLoopback(hostname)) ? 'http' : 'https'}://${host}`)
}

/** Returns the user's own fetch, or creates one. */
function chooseFetch({ fetch, tls, proxy }: ConnectionOptions, origin: URL, secrets: Secrets): Fetch {
  if (!fetch) {
    const findAgent = createAgentFinder({ isRegistry: (url) => isRegistry(url, origin), tls, proxy, secrets })
    secrets.learn(tls?.passphrase, keyOf(tls))
    return createNodeFetch(findAgent)
  }
  return fetch
}

/** The base64 text of the client key, without the lines around it. */
function keyOf({ key = '' }: TlsOptions = {}): string {
  const text = typeof key === 'string' ? key : Buffer.from(key).toString('latin1')
  return text.replace(/-----[^-]*-----|\s/g, '')
}
