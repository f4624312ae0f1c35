/** One repository of one registry, as a client sees it: the right login, redirects followed where they may be. */
import { ContentMismatchError } from '../errors.js'
import type { Digest } from '../oci/digest.js'
import { type Attempt, answerError, expectNoWebPage, protocolError } from './answer-error.js'
import { createAgentFinder } from './agents.js'
import { Authorizer } from './authorizer.js'
import type { ConnectionOptions } from './connection-options.js'
import { createNodeFetch } from './node-fetch.js'
import { observing } from './observe.js'
import { retrying } from './retry.js'
import { createTransport, type RequestBody, type Transport, type TransportResponse } from './transport.js'
import { checkUrl, isLoopback, type UrlKind, type UrlPolicy } from './url-policy.js'

/** What every request of a repository needs beside what it asks. */
export interface RequestOptions {
  /** The scopes that the request needs, as the token specification spells them. */
  readonly scopes: readonly string[]
  readonly signal: AbortSignal | undefined
}

export interface ClientRequest extends RequestOptions {
  readonly method: string
  /** A path below `/v2/<repository>/`, or a whole URL that has passed {@link RegistryClient.resolveUrl}. */
  readonly url: string | URL
  /** Goes after "Cannot" in an error's message. */
  readonly action: string
  /** The statuses that are not errors; whoever expects them reads or discards the body. */
  readonly expect: readonly number[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: RequestBody
}

/** An expected answer, with what is needed to say what is wrong with it. */
export interface ClientResponse extends TransportResponse {
  readonly attempt: Attempt
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Sends the requests of one repository. */
export class RegistryClient {
  readonly repository: string
  /** Registry and repository, for messages. */
  readonly name: string
  readonly #base: URL
  readonly #policy: UrlPolicy
  readonly #transport: Transport
  readonly #authorizer: Authorizer

  constructor(registry: string, repository: string, options: ConnectionOptions) {
    const { credentials = 'anonymous', plainHttp, timeout, trustedHosts = [], onEvent } = options
    this.repository = repository
    this.name = `${registry}/${repository}`
    const { hostname } = new URL(`http://${registry}`)
    const origin = new URL(`${(plainHttp ?? isLoopback(hostname)) ? 'http' : 'https'}://${registry}`)
    this.#base = new URL(`/v2/${repository}/`, origin)
    this.#policy = { registry: origin, trustedHosts }
    const fetch = options.fetch ?? createNodeFetch(createAgentFinder({ registry: origin }))
    this.#transport = retrying(observing(createTransport(fetch, timeout), onEvent), { onEvent })
    const target = { registry, repository }
    this.#authorizer = new Authorizer({ credentials, target, policy: this.#policy, transport: this.#transport })
  }

  /** Writes a tag or a digest of the repository as a reference. */
  format(tagOrDigest: string): string {
    return `${this.name}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`
  }

  /** Resolves and judges a URL that the registry chose. */
  resolveUrl(kind: UrlKind, raw: string, from: URL): URL {
    return checkUrl(kind, raw, from, this.#policy)
  }

  /** Sends a request; any answer that is not expected becomes an error. */
  async send(request: ClientRequest): Promise<ClientResponse> {
    const { method, headers, body, action, expect, scopes, signal } = request
    let url = typeof request.url === 'string' ? new URL(request.url, this.#base) : request.url
    let isHome = url.origin === this.#policy.registry.origin
    let redirects = 0
    let isChallenged = false

    for (;;) {
      const authorization = isHome ? await this.#authorizer.authorize(scopes, signal) : undefined
      const attempt = { action, method, url, authorization }
      const response = await this.#transport({
        method,
        url,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        ...(body && { body }),
        signal,
      })
      const { status } = response
      if (expect.includes(status)) {
        // The login page of a proxy says 200 to everything. What a GET brings is checked by its type or its digest.
        if (status === 200 && method !== 'GET') expectNoWebPage(response, attempt)
        return { ...response, attempt }
      }

      const challenge = response.header('www-authenticate')
      if (status === 401 && challenge !== undefined && isHome && !isChallenged) {
        // A second 401 is a denial, not a question.
        isChallenged = true
        if (await this.#authorizer.accept(challenge, url, scopes, authorization)) {
          await response.discard()
          continue
        }
      }

      const location = response.header('location')
      const isRedirect = REDIRECTS.has(status) && location !== undefined && (method === 'GET' || method === 'HEAD')
      if (!isRedirect) throw await answerError(response, attempt, signal)
      await response.discard()
      if (++redirects > MAX_REDIRECTS) throw protocolError(response, attempt, `more than ${MAX_REDIRECTS} redirects`)
      url = checkUrl('redirect', location, url, this.#policy)
      // A download that has once left the registry gets no credentials any more, wherever it is sent then.
      isHome = isHome && url.origin === this.#policy.registry.origin
    }
  }
}

/** Compares the digest that a registry says it has stored, if it says one, with the digest of what was sent. */
export function checkStoredDigest(response: ClientResponse, digest: Digest): void {
  const stored = response.header('docker-content-digest')
  // A registry may name what it stored by another algorithm.
  if (stored === undefined || stored === digest || stored.split(':')[0] !== digest.split(':')[0]) return
  throw new ContentMismatchError(`Cannot ${response.attempt.action}: the registry stored ${stored} instead`, {
    expected: digest,
    actual: stored,
    hint: 'Something on the way changes what is sent: look at proxies, and at the registry itself.',
  })
}
