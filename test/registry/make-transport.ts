/** The transport as a registry client puts it together. */
import { createAgentFinder } from '../../src/registry/agents.js'
import type { Fetch } from '../../src/registry/fetch.js'
import { createNodeFetch } from '../../src/registry/node-fetch.js'
import { retrying } from '../../src/registry/retry.js'
import { createTransport, type Transport } from '../../src/registry/transport.js'

const registry = new URL('http://localhost')

export function makeTransport(
  fetch: Fetch = createNodeFetch(createAgentFinder({ registry })),
  timeout?: number,
): Transport {
  return retrying(createTransport(fetch, timeout), {})
}
