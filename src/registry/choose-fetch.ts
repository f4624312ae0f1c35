/** Who sends the requests of a registry: the user's own fetch, or ours. */
import { createAgentFinder } from './agents.js'
import type { ConnectionOptions } from './connection-options.js'
import type { Fetch } from './fetch.js'
import { createNodeFetch } from './node-fetch.js'

/**
 * Takes the option `fetch`, or makes a fetch for the registry.
 *
 * @throws {TypeError} if an option cannot be used.
 */
export function chooseFetch(registry: URL, { fetch, tls, proxy }: ConnectionOptions): Fetch {
  if (!fetch) return createNodeFetch(createAgentFinder({ registry, tls, proxy }))
  // It makes connections of its own, and would not know of them.
  if (tls !== undefined) throw new TypeError('the option tls cannot be used with fetch')
  if (proxy !== undefined) throw new TypeError('the option proxy cannot be used with fetch')
  return fetch
}
