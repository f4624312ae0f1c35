/** Follows redirects of GET and HEAD, as the URL policy allows; no credentials are sent to another origin. */
import type { TransportResponse } from '../../http/transport.js'
import { type Attempt, protocolError } from './answer-error.js'
import { checkUrl, isRegistry, type UrlPolicy } from './url-policy.js'

/** A response, and the request that it answers. */
export interface Answered {
  readonly response: TransportResponse
  readonly attempt: Attempt
  /** Whether it came from the registry's own origin, so that credentials may be sent there. */
  readonly mayLogIn: boolean
}

/**
 * Sends a request to one URL.
 *
 * @param mayLogIn Whether the URL, and all before it, are at the registry's own origin.
 */
export type Ask = (url: URL, mayLogIn: boolean) => Promise<Answered>

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Tells whether a response has the status of a redirect that can be followed. */
export function isRedirect({ status }: TransportResponse): boolean {
  return REDIRECTS.has(status)
}

/**
 * Sends a request to a URL, and follows up to five redirects. Redirects of other methods than GET and HEAD are returned.
 *
 * @throws {UnsafeUrlError} if the URL policy does not allow a redirect.
 * @throws {RegistryError} if there are more than five redirects.
 */
export async function followRedirects(ask: Ask, start: URL, policy: UrlPolicy): Promise<Answered> {
  let url = start
  let mayLogIn = isRegistry(url, policy.registry)
  for (let redirects = 0; ; redirects++) {
    const answered = await ask(url, mayLogIn)
    const { response, attempt } = answered
    const location = response.header('location')
    const isReading = attempt.method === 'GET' || attempt.method === 'HEAD'
    if (!isRedirect(response) || location === undefined || !isReading) return answered
    await response.discard()
    if (redirects === MAX_REDIRECTS) throw protocolError(response, attempt, `more than ${MAX_REDIRECTS} redirects`)
    url = checkUrl('redirect', location, url, policy)
    // After a redirect to another origin, no credentials are sent any more, not even after a redirect back.
    mayLogIn &&= isRegistry(url, policy.registry)
  }
}
