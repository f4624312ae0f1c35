/** Sends requests for one repository to one host, the registry or a mirror, with login and redirects. */
import { defaultCredentials } from '../../credentials/default-credentials.js'
import { UnauthorizedError } from '../../errors/oci-error.js'
import type { Secrets } from '../../errors/secrets.js'
import type { RequestBody, TransportRequest, TransportResponse } from '../../http/transport.js'
import { qualifyRepository } from '../../oci/docker-hub.js'
import { Authorizer, type LoginAttempt } from '../auth/authorizer.js'
import { allowsPush, repositoryScope } from '../auth/scopes.js'
import { answerError, type Attempt, expectNoWebPage } from './answer-error.js'
import { type Connection, connect } from './connect.js'
import type { ConnectionOptions } from './connection-options.js'
import { type Answered, followRedirects } from './follow-redirects.js'
import { isRegistry } from './url-policy.js'

/** What every request of a repository needs. */
export interface RequestOptions {
  /** The scopes that the request needs, as in the token specification. */
  readonly scopes: readonly string[]
  readonly signal: AbortSignal | undefined
}

/** One request for a repository. */
export interface ClientRequest extends RequestOptions {
  readonly method: string
  /** A path below `/v2/<repository>/`, or a URL that has passed the URL policy. */
  readonly url: string | URL
  /** Follows "Cannot" in an error's message. */
  readonly action: string
  /** The statuses that are not errors; the caller reads or discards the body. */
  readonly expect: readonly number[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: RequestBody
  /** As in {@link TransportRequest}. */
  readonly repeat?: TransportRequest['repeat']
  /** As in {@link TransportRequest}. */
  readonly readAhead?: number
}

/** An expected response, with what is needed to make an error of it. */
export interface ClientResponse extends TransportResponse {
  readonly attempt: Attempt
  /** Sends a further request to the host that has answered, the registry or a mirror. */
  next(request: ClientRequest): Promise<ClientResponse>
  /** Stops using the mirror that the response came from; does nothing if it came from the registry. */
  excludeMirror(): void
}

/** The login of one request, at the registry or at a host that it redirects to. */
interface Session {
  readonly authorizer: Authorizer
  readonly login: LoginAttempt
}

const MAX_VISITORS = 16

const isReading = ({ method }: ClientRequest): boolean => method === 'GET' || method === 'HEAD'

/** Sends requests for one repository to one host. */
export class Endpoint {
  /** The path of the repository at this host. */
  readonly repository: string
  /** The connection to the host. */
  readonly connection: Connection
  readonly #base: URL
  readonly #authorizer: Authorizer
  readonly #secrets: Secrets
  /** Whether something was read without a login: then a 404 means that the content is missing. */
  #isOpen = false
  /** By origin: hosts that the registry redirects to. */
  readonly #visitors = new Map<string, Authorizer>()

  /**
   * @param secrets Gets the secrets that are sent, so that they are redacted.
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

  /** Sends a request; a response with an unexpected status is thrown as an error. */
  async send(request: ClientRequest): Promise<ClientResponse> {
    const asked = await this.#ask(request)
    const isRefusedHead = request.method === 'HEAD' && asked.response.status === 403
    if (!isRefusedHead || request.expect.includes(403)) return this.#accept(asked, request)
    // The 403 of a HEAD has no body to explain it; and some registries answer 403 to the HEAD of a missing blob, but 404
    // to its GET.
    await asked.response.discard()
    const fetching: ClientRequest = { ...request, method: 'GET' }
    return this.#accept(await this.#ask(fetching), request)
  }

  /** Sends a request and follows redirects, with one login for all of them. */
  async #ask(request: ClientRequest): Promise<Answered> {
    const url = typeof request.url === 'string' ? new URL(request.url, this.#base) : request.url
    const login = this.#authorizer.begin(request.scopes, request.signal)
    return followRedirects(
      (at, mayLogIn) =>
        this.#askOne(request, at, mayLogIn ? { authorizer: this.#authorizer, login } : this.#visit(request, at)),
      url,
      this.connection.policy,
    )
  }

  /** Sends a request to one URL; after a 401, logs in and sends it again. */
  async #askOne(request: ClientRequest, url: URL, session: Session | undefined): Promise<Answered> {
    const { method, headers, body, action, signal, repeat, readAhead } = request
    const { registry } = this.connection.policy
    const isRedirected = isReading(request) && !isRegistry(url, registry)
    for (;;) {
      const authorization = session && (await session.authorizer.authorize(session.login))
      const response = await this.connection.transport({
        method,
        url,
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        ...(body && { body }),
        ...(repeat && { repeat }),
        ...(readAhead !== undefined && { readAhead }),
        signal,
      })
      if (!session || !(await this.#logIn(response, url, session, request))) {
        if (response.status === 200 && authorization === undefined && !isRedirected) this.#isOpen = true
        const isAnonymous = !session?.login.hasCredential
        const attempt = { action, method, url, authorization, isAnonymous, secrets: this.#secrets }
        const blamed = isRedirected ? { ...attempt, redirectedBy: registry.host } : attempt
        return { response, attempt: blamed, mayLogIn: session?.authorizer === this.#authorizer }
      }
      await response.discard()
    }
  }

  /**
   * Returns an anonymous login for a host that a read was redirected to. No credential goes there; its token is kept for
   * that host. `undefined` for the registry itself, and for a push.
   */
  #visit(request: ClientRequest, url: URL): Session | undefined {
    const { policy, transport } = this.connection
    if (!isReading(request) || allowsPush(request.scopes) || isRegistry(url, policy.registry)) return undefined
    const visitor = this.#visitors.get(url.origin)
    if (!visitor && this.#visitors.size >= MAX_VISITORS) this.#visitors.clear()
    const [, repository] = /^\/v2\/(.+)\/(?:manifests|blobs|tags|referrers)\//.exec(url.pathname) ?? []
    const authorizer =
      visitor ??
      new Authorizer({
        credentials: 'anonymous',
        target: { registry: url.host, repository: repository ?? '' },
        policy: { registry: new URL(url.origin), trustedHosts: policy.trustedHosts, redirectedBy: policy.registry },
        transport,
        secrets: this.#secrets,
      })
    this.#visitors.set(url.origin, authorizer)
    const scopes = repository === undefined ? [] : [repositoryScope(repository, 'pull')]
    return { authorizer, login: authorizer.begin(scopes, request.signal) }
  }

  /** Logs in if the response asks for it; returns whether to send the request again. */
  async #logIn(response: TransportResponse, url: URL, session: Session, request: ClientRequest): Promise<boolean> {
    const { status } = response
    const { expect, scopes, url: asked } = request
    const { authorizer, login } = session
    if (status === 401) return authorizer.handleUnauthorized(response, url, login)
    if (status !== 403 && status !== 404) return false
    // A push asks first whether the tag is there: a 404 is the usual answer, also where a blob is looked for.
    const isLook = allowsPush(scopes) || (typeof asked === 'string' && asked.startsWith('blobs/'))
    const isUsual = expect.includes(status) && (this.#isOpen || isLook)
    // The 403 of a HEAD is decided by a GET.
    const isUndecided = status === 403 && request.method === 'HEAD'
    return !isUsual && !isUndecided && authorizer.handleUnchallenged(response, login)
  }

  async #accept(
    { response, attempt, mayLogIn }: Answered,
    { method, expect, signal }: ClientRequest,
  ): Promise<ClientResponse> {
    if (!expect.includes(response.status)) {
      const error = await answerError(response, attempt, signal)
      throw (mayLogIn && error instanceof UnauthorizedError && this.#authorizer.helperFailure) || error
    }
    // The login page of a proxy answers 200 to every request. The response of a GET is checked by its type or digest.
    if (response.status === 200 && method !== 'GET') expectNoWebPage(response, attempt)
    return { ...response, attempt, next: async (request) => this.send(request), excludeMirror: () => {} }
  }
}
