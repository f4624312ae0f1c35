/** The connections: which agent of Node's a request goes through. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

/** Chooses the agent for a URL. */
export type FindAgent = (url: URL) => Promise<HttpAgent>

// Idle connections are kept for all calls of the process; node does not let them hold the process open.
const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }

/** What the choice depends on. */
export interface AgentOptions {
  /** The origin of the registry: some things are for it alone. */
  readonly registry: URL
}

/** Makes the choice for one registry. */
export function createAgentFinder(_options: AgentOptions): FindAgent {
  return async (url) => (url.protocol === 'https:' ? agents['https:'] : agents['http:'])
}
