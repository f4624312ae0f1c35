/** One repository at one host, the registry or a mirror of it: a request is sent there with the login that it needs. */
import { defaultCredentials } from '../../credentials/default-credentials.js'
import { UnauthorizedError } from '../../errors/oci-error.js'
import type { Secrets } from '../../errors/secrets.js'
import type { RequestBody, TransportRequest, TransportResponse } from '../../http/transport.js'
import { qualifyRepository } from '../../oci/docker-hub.js'
import { Authorizer, type LoginAttempt } from '../auth/authorizer.js'
import { answerError, type Attempt, expectNoWebPage } from './answer-error.js'
import { type Connection, connect } from './connect.js'
import type { ConnectionOptions } from './connection-options.js'
import { type Answered, followRedirects } from './follow-redirects.js'

/** What every request of a repository needs beside what it asks. */
export interface RequestOptions {
  /** The scopes that the request needs, as the token specification spells them. */
  readonly scopes: readonly string[]
  readonly signal: AbortSignal | undefined
}

export interface ClientRequest extends RequestOptions {
  readonly method: string
  /** A path below `/v2/<repository>/`, or a whole URL that has passed the policy of URLs. */
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

/** Sends requests about one repository to one host. */
export class Endpoint {
  /** As the host knows it. */
  readonly repository: string
  /** What requests go through; for whoever sends something that is more than one request. */
  readonly connection: Connection
  readonly #base: URL
  readonly #authorizer: Authorizer
  readonly #secrets: Secrets

  /**
   * @param secrets Learns what is sent.
   * @throws {TypeError} if an option cannot be used.
   */
  constructor(registry: string, repository: string, options: ConnectionOptions, secrets: Secrets) {
    const { credentials = defaultCredentials() } = options
    this.repository = qualifyRepository(registry, repository)
    this.connection = connect(registry, options, secrets)
    this.#secrets = secrets
    const { policy, transport } = this.connection
    this.#base = new URL(`/v2/${this.repository}/`, policy.registry)
    const target = { registry, repository: this.repository }
    this.#authorizer = new Authorizer({ credentials, target, policy, transport, secrets })
  }

  /** Sends a request; any answer that is not expected becomes an error. */
  async send(request: ClientRequest): Promise<ClientResponse> {
    const asked = await this.#ask(request)
    const isRefusedHead = request.method === 'HEAD' && asked.response.status === 403
    if (!isRefusedHead || request.expect.includes(403)) return this.#accept(asked, request)
    // Without a body it says nothing; and some refuse to look for what is not there, but not to fetch it.
    await asked.response.discard()
    const fetching: ClientRequest = { ...request, method: 'GET' }
    return this.#accept(await this.#ask(fetching), request)
  }

  /** Gets the answer of whoever has it, wherever the registry leads, with one login for all that is asked on the way. */
  async #ask(request: ClientRequest): Promise<Answered> {
    const url = typeof request.url === 'string' ? new URL(request.url, this.#base) : request.url
    const login = this.#authorizer.begin(request.scopes, request.signal)
    return followRedirects(
      (at, mayLogIn) => this.#askOne(request, at, mayLogIn ? login : undefined),
      url,
      this.connection.policy,
    )
  }

  /** Asks one URL until there is nothing left to try to be let in. */
  async #askOne(request: ClientRequest, url: URL, login: LoginAttempt | undefined): Promise<Answered> {
    const { method, headers, body, action, signal, repeat, readAhead } = request
    for (;;) {
      const authorization = login && (await this.#authorizer.authorize(login))
      const response = await this.connection.transport({
        method,
        url,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        ...(body && { body }),
        ...(repeat && { repeat }),
        ...(readAhead !== undefined && { readAhead }),
        signal,
      })
      if (response.status !== 401 || !login || !(await this.#authorizer.accept(response, url, login))) {
        const isAnonymous = !login?.hasCredential
        const attempt = { action, method, url, authorization, isAnonymous, secrets: this.#secrets }
        return { response, attempt, mayLogIn: login !== undefined }
      }
      await response.discard()
    }
  }

  async #accept(
    { response, attempt, mayLogIn }: Answered,
    { method, expect, signal }: ClientRequest,
  ): Promise<ClientResponse> {
    if (!expect.includes(response.status)) {
      const error = await answerError(response, attempt, signal)
      throw (mayLogIn && error instanceof UnauthorizedError && this.#authorizer.helperFailure) || error
    }
    // The login page of a proxy says 200 to everything. What a GET brings is checked by its type or its digest.
    if (response.status === 200 && method !== 'GET') expectNoWebPage(response, attempt)
    return { ...response, attempt, next: async (request) => this.send(request), giveUp: () => {} }
  }
}
