/** Who sends the requests: the user's own fetch, or ours. */
import { type AgentOptions, createAgentFinder } from './agents.js'
import type { Fetch } from './fetch.js'
import { createNodeFetch } from './node-fetch.js'

/** Who sends, and over what connections. */
export interface FetchOptions extends AgentOptions {
  readonly fetch?: Fetch | undefined
}

/**
 * Takes the option `fetch`, or makes a fetch.
 *
 * @throws {TypeError} if an option cannot be used.
 */
export function chooseFetch({ fetch, ...options }: FetchOptions): Fetch {
  if (!fetch) return createNodeFetch(createAgentFinder(options))
  const { tls, proxy } = options
  // It makes connections of its own, and would not know of them.
  if (tls !== undefined) throw new TypeError('the option tls cannot be used with fetch')
  if (proxy !== undefined) throw new TypeError('the option proxy cannot be used with fetch')
  return fetch
}
