/** Redirects of what is read: followed as far as the policy of URLs allows, and without the login once they lead away. */
import type { TransportResponse } from '../../http/transport.js'
import { type Attempt, protocolError } from './answer-error.js'
import { checkUrl, isRegistry, type UrlPolicy } from './url-policy.js'

/** An answer, and what was tried to get it. */
export interface Answered {
  readonly response: TransportResponse
  readonly attempt: Attempt
  /** Whether it came from the registry's own origin, so that the login was sent there, if there is one. */
  readonly mayLogIn: boolean
}

/**
 * Asks one URL.
 *
 * @param mayLogIn Whether it is at the registry's own origin, and nothing before it led elsewhere.
 */
export type Ask = (url: URL, mayLogIn: boolean) => Promise<Answered>

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Asks a URL, and the one that the answer leads to, until there is an answer that leads nowhere. Only what is read is
 * led elsewhere.
 *
 * @throws {UnsafeUrlError} if one may not be followed.
 * @throws {RegistryError} if there are more than five.
 */
export async function followRedirects(ask: Ask, start: URL, policy: UrlPolicy): Promise<Answered> {
  let url = start
  let mayLogIn = isRegistry(url, policy.registry)
  for (let redirects = 0; ; redirects++) {
    const answered = await ask(url, mayLogIn)
    const { response, attempt } = answered
    const location = response.header('location')
    const isReading = attempt.method === 'GET' || attempt.method === 'HEAD'
    if (!REDIRECTS.has(response.status) || location === undefined || !isReading) return answered
    await response.discard()
    if (redirects === MAX_REDIRECTS) throw protocolError(response, attempt, `more than ${MAX_REDIRECTS} redirects`)
    url = checkUrl('redirect', location, url, policy)
    // A download that has once left the registry gets no credentials any more, wherever it is sent then.
    mayLogIn &&= isRegistry(url, policy.registry)
  }
}
