/** Sends requests for one repository, to its mirrors and to the registry. */
import { Secrets } from '../../errors/secrets.js'
import { qualifyRepository } from '../../oci/docker-hub.js'
import { allowsPush } from '../auth/scopes.js'
import type { ConnectionOptions } from './connection-options.js'
import { type ClientRequest, type ClientResponse, Endpoint } from './endpoint.js'
import { Mirrors } from './mirrors.js'
import { checkUrl, type UrlKind } from './url-policy.js'

/** Sends requests for one repository: reads go to the mirrors first, everything else to the registry. */
export class RegistryClient {
  /** Registry and repository as they were given, for messages. */
  readonly name: string
  /** The secrets that were sent to the registry and its mirrors. */
  readonly secrets: Secrets
  readonly #registry: string
  readonly #endpoint: Endpoint
  readonly #mirrors: Mirrors

  /**
   * @throws {TypeError} if an option cannot be used.
   * @throws {InvalidReferenceError} if one of the mirrors is invalid.
   */
  constructor(registry: string, repository: string, options: ConnectionOptions) {
    this.name = `${registry}/${repository}`
    this.#registry = registry
    this.secrets = new Secrets(this.name, ...(options.mirrors ?? []).map(({ mirror }) => mirror))
    this.#endpoint = new Endpoint(registry, repository, options, this.secrets)
    this.#mirrors = new Mirrors(registry, this.repository, options, this.secrets)
  }

  /** The path of the repository at the registry. */
  get repository(): string {
    return this.#endpoint.repository
  }

  /** Returns the path of another repository at the registry. */
  qualify(repository: string): string {
    return qualifyRepository(this.#registry, repository)
  }

  /** Formats a tag or a digest of the repository as a reference. */
  format(tagOrDigest: string): string {
    return `${this.name}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`
  }

  /** Takes a retry from the budget, for an upload that starts anew; `false` if no retry is left. */
  takeRetry(): boolean {
    return this.#endpoint.connection.budget.take(0, 0)
  }

  /** Resolves and checks a URL that the registry chose. */
  resolveUrl(kind: UrlKind, raw: string, from: URL): URL {
    return checkUrl(kind, raw, from, this.#endpoint.connection.policy)
  }

  /** Sends a request, a read to the mirrors first; a response with an unexpected status is thrown as an error. */
  async send(request: ClientRequest): Promise<ClientResponse> {
    // A push has to know what the registry itself has, so it does not ask mirrors.
    const isReading = request.method === 'GET' && !allowsPush(request.scopes)
    return (isReading ? await this.#mirrors.ask(request) : undefined) ?? this.#endpoint.send(request)
  }
}
