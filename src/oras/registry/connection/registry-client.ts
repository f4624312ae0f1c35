/** One repository of one registry, as a client sees it: the right login, redirects followed where they may be. */
import { defaultCredentials } from '../../credentials/default-credentials.js'
import {
  ContentMismatchError,
  CredentialError,
  NotFoundError,
  OciError,
  UnauthorizedError,
} from '../../errors/oci-error.js'
import type { Digest } from '../../oci/digest.js'
import { type Attempt, answerError, expectNoWebPage, mediaTypeOf, protocolError } from './answer-error.js'
import { Authorizer, type LoginAttempt } from '../auth/authorizer.js'
import { chooseFetch } from '../../http/choose-fetch.js'
import type { ConnectionOptions } from './connection-options.js'
import { findOrigin } from './endpoint.js'
import { qualifyRepository } from '../../oci/docker-hub.js'
import { findMirrors } from './mirrors.js'
import { observing } from '../../http/observe.js'
import { retrying } from '../../http/retry/retry.js'
import { createRetryBudget, type RetryBudget } from '../../http/retry/retry-budget.js'
import { createRetryPolicy } from '../../http/retry/retry-policy.js'
import {
  createTransport,
  type RequestBody,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from '../../http/transport.js'
import { allowsPush, repositoryScope } from '../auth/scopes.js'
import { checkUrl, isRegistry, type UrlKind, type UrlPolicy } from './url-policy.js'

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
  /** As for the transport. */
  readonly repeat?: TransportRequest['repeat']
  /** As for the transport. */
  readonly readAhead?: number
}

/** An expected answer, with what is needed to say what is wrong with it. */
export interface ClientResponse extends TransportResponse {
  readonly attempt: Attempt
  /** Sends a request to whoever has answered, be it the registry or a mirror. */
  next(request: ClientRequest): Promise<ClientResponse>
  /** Says that the answer was of no use: if it came from a mirror, this mirror is not asked any more. */
  giveUp(): void
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** Sends the requests of one repository. */
export class RegistryClient {
  /** As the registry knows it. */
  readonly repository: string
  /** Registry and repository as they were given, for messages. */
  readonly name: string
  readonly #registry: string
  readonly #base: URL
  readonly #policy: UrlPolicy
  readonly #transport: Transport
  readonly #budget: RetryBudget
  readonly #authorizer: Authorizer
  // Whether the base endpoint was asked for its challenge, or there is no login to answer one with.
  #isSettled: boolean
  readonly #mirrors: readonly RegistryClient[]
  // A mirror that cannot be reached is not asked again.
  readonly #lost = new Set<RegistryClient>()

  constructor(registry: string, repository: string, options: ConnectionOptions) {
    const { credentials = defaultCredentials(), plainHttp, timeout, trustedHosts = [], retry, onEvent } = options
    this.#registry = registry
    this.repository = this.qualify(repository)
    this.name = `${registry}/${repository}`
    const origin = findOrigin(registry, plainHttp)
    this.#base = new URL(`/v2/${this.repository}/`, origin)
    this.#policy = { registry: origin, trustedHosts }
    const isOwn = (url: URL): boolean => isRegistry(url, origin)
    const fetch = chooseFetch({ fetch: options.fetch, tls: options.tls, proxy: options.proxy, isOwn })
    const policy = createRetryPolicy(retry)
    this.#budget = createRetryBudget(policy?.budget ?? 0, policy?.deadline ?? 0)
    this.#transport = retrying(observing(createTransport(fetch, timeout), onEvent), {
      policy,
      budget: this.#budget,
      onEvent,
    })
    this.#isSettled = credentials === 'anonymous'
    const target = { registry, repository: this.repository }
    this.#authorizer = new Authorizer({ credentials, target, policy: this.#policy, transport: this.#transport })
    this.#mirrors = findMirrors(registry, this.repository, options).map(
      (mirror) => new RegistryClient(mirror.registry, mirror.repository, mirror.options),
    )
  }

  /** Writes a repository of the same registry as the registry knows it. */
  qualify(repository: string): string {
    return qualifyRepository(this.#registry, repository)
  }

  /** Writes a tag or a digest of the repository as a reference. */
  format(tagOrDigest: string): string {
    return `${this.name}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`
  }

  /** Takes a retry for what is begun anew by more than one request; `false` if there is none left. */
  takeRetry(): boolean {
    return this.#budget.take(0, 0)
  }

  /** Resolves and judges a URL that the registry chose. */
  resolveUrl(kind: UrlKind, raw: string, from: URL): URL {
    return checkUrl(kind, raw, from, this.#policy)
  }

  /** Sends a request; any answer that is not expected becomes an error. What is read is asked of the mirrors first. */
  async send(request: ClientRequest): Promise<ClientResponse> {
    // Whether something is there, whoever pushes wants to know of the registry itself.
    const isReading = request.method === 'GET' && !allowsPush(request.scopes)
    for (const mirror of this.#mirrors) {
      const response = isReading && !this.#lost.has(mirror) ? await this.#ask(mirror, request) : undefined
      if (response) return response
    }
    return this.#sendHere(request)
  }

  /** Asks a mirror, which may have another name for the repository; `undefined` if it is of no help. */
  async #ask(mirror: RegistryClient, request: ClientRequest): Promise<ClientResponse | undefined> {
    const giveUp = (): void => void this.#lost.add(mirror)
    const toMirror = (each: ClientRequest): ClientRequest => {
      return { ...each, scopes: [repositoryScope(mirror.repository, 'pull')] }
    }
    try {
      const response = await mirror.#sendHere(toMirror(request))
      const isWebPage = mediaTypeOf(response) === 'text/html'
      if (response.status !== 404 && !isWebPage) {
        return { ...response, giveUp, next: (each) => mirror.#sendHere(toMirror(each)) }
      }
      if (isWebPage) giveUp()
      response.close()
    } catch (error) {
      const isOurs = !(error instanceof OciError) || (error instanceof CredentialError && !error.isGlobal)
      if (isOurs) throw error
      if (!(error instanceof NotFoundError)) giveUp()
    }
    return undefined
  }

  async #sendHere(request: ClientRequest): Promise<ClientResponse> {
    const { method, headers, body, action, expect, scopes, signal, repeat, readAhead } = request
    let url = typeof request.url === 'string' ? new URL(request.url, this.#base) : request.url
    let isHome = isRegistry(url, this.#policy.registry)
    let redirects = 0
    const login = this.#authorizer.begin(scopes, signal)

    for (;;) {
      const authorization = isHome ? await this.#authorizer.authorize(login) : undefined
      const attempt = { action, method, url, authorization, isAnonymous: !login.hasCredential }
      const response = await this.#transport({
        method,
        url,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        ...(body && { body }),
        ...(repeat && { repeat }),
        ...(readAhead !== undefined && { readAhead }),
        signal,
      })
      const { status } = response
      if (expect.includes(status)) {
        // The login page of a proxy says 200 to everything. What a GET brings is checked by its type or its digest.
        if (status === 200 && method !== 'GET') expectNoWebPage(response, attempt)
        return { ...response, attempt, next: (next) => this.#sendHere(next), giveUp: () => {} }
      }

      if (status === 401 && isHome && (await this.#logIn(response, url, login))) {
        await response.discard()
        continue
      }

      const location = response.header('location')
      const isRedirect = REDIRECTS.has(status) && location !== undefined && (method === 'GET' || method === 'HEAD')
      if (status === 403 && method === 'HEAD') {
        // Without a body it says nothing; and some refuse to look for what is not there, but not to fetch it.
        await response.discard()
        const fetched = await this.#sendHere({ ...request, method: 'GET' })
        if (fetched.status === 200) expectNoWebPage(fetched, fetched.attempt)
        return fetched
      }
      if (!isRedirect) {
        const error = await answerError(response, attempt, signal)
        throw (isHome && error instanceof UnauthorizedError && this.#authorizer.helperFailure) || error
      }
      await response.discard()
      if (++redirects > MAX_REDIRECTS) throw protocolError(response, attempt, `more than ${MAX_REDIRECTS} redirects`)
      url = checkUrl('redirect', location, url, this.#policy)
      // A download that has once left the registry gets no credentials any more, wherever it is sent then.
      isHome = isHome && isRegistry(url, this.#policy.registry)
    }
  }

  /** Tells whether the same request may have more luck now. */
  async #logIn(response: TransportResponse, url: URL, login: LoginAttempt): Promise<boolean> {
    try {
      const challenge = response.header('www-authenticate') ?? (await this.#askForChallenge(login))
      return await this.#authorizer.accept(challenge, url, login)
    } catch (error) {
      // Nobody will read the answer, or go on with the body that it came before the end of.
      response.close()
      throw error
    }
  }

  /** Some refuse without a challenge, and keep it for the base endpoint. */
  async #askForChallenge({ signal }: LoginAttempt): Promise<string> {
    if (this.#isSettled || this.#authorizer.isAsked) return ''
    this.#isSettled = true
    const response = await this.#transport({ method: 'GET', url: new URL('/v2/', this.#base), headers: {}, signal })
    await response.discard()
    return (response.status === 401 && response.header('www-authenticate')) || ''
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
