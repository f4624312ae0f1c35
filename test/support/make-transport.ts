/** Makes the transport as a registry client does. */
import { createAgentFinder } from '../../src/oras/http/agents.js'
import type { Fetch } from '../../src/oras/http/fetch.js'
import { createNodeFetch } from '../../src/oras/http/node-fetch.js'
import { withRetry } from '../../src/oras/http/retry/with-retry.js'
import { createTransport, type Transport } from '../../src/oras/http/transport.js'

export function makeTransport(
  fetch: Fetch = createNodeFetch(createAgentFinder({ isRegistry: () => true })),
  timeout?: number,
): Transport {
  return withRetry(createTransport(fetch, { timeout }), {})
}
