/** The transport as a registry client puts it together. */
import { createAgentFinder } from '../../src/http/agents.js'
import type { Fetch } from '../../src/http/fetch.js'
import { createNodeFetch } from '../../src/http/node-fetch.js'
import { retrying } from '../../src/http/retry.js'
import { createTransport, type Transport } from '../../src/http/transport.js'

export function makeTransport(
  fetch: Fetch = createNodeFetch(createAgentFinder({ isOwn: () => true })),
  timeout?: number,
): Transport {
  return retrying(createTransport(fetch, timeout), {})
}
