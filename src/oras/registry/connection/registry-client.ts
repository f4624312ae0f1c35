/** One repository of one registry, as all requests about it see it. */
import { Secrets } from '../../errors/secrets.js'
import { qualifyRepository } from '../../oci/docker-hub.js'
import { allowsPush } from '../auth/scopes.js'
import type { ConnectionOptions } from './connection-options.js'
import { type ClientRequest, type ClientResponse, Endpoint } from './endpoint.js'
import { Mirrors } from './mirrors.js'
import { checkUrl, type UrlKind } from './url-policy.js'

/** Knows the names of a repository, and sends requests about it to whom they should go. */
export class RegistryClient {
  /** Registry and repository as they were given, for messages. */
  readonly name: string
  /** What was sent to the registry and its mirrors, and must not be shown. */
  readonly secrets: Secrets
  readonly #registry: string
  readonly #endpoint: Endpoint
  readonly #mirrors: Mirrors

  /**
   * @throws {TypeError} if an option cannot be used.
   * @throws {InvalidReferenceError} if one of the mirrors is none.
   */
  constructor(registry: string, repository: string, options: ConnectionOptions) {
    this.name = `${registry}/${repository}`
    this.#registry = registry
    this.secrets = new Secrets(this.name, ...(options.mirrors ?? []).map(({ mirror }) => mirror))
    this.#endpoint = new Endpoint(registry, repository, options, this.secrets)
    this.#mirrors = new Mirrors(registry, this.repository, options, this.secrets)
  }

  /** As the registry knows it. */
  get repository(): string {
    return this.#endpoint.repository
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
    return this.#endpoint.connection.budget.take(0, 0)
  }

  /** Resolves and judges a URL that the registry chose. */
  resolveUrl(kind: UrlKind, raw: string, from: URL): URL {
    return checkUrl(kind, raw, from, this.#endpoint.connection.policy)
  }

  /** Sends a request; any answer that is not expected becomes an error. What is read is asked of the mirrors first. */
  async send(request: ClientRequest): Promise<ClientResponse> {
    // Whether something is there, whoever pushes wants to know of the registry itself.
    const isReading = request.method === 'GET' && !allowsPush(request.scopes)
    return (isReading ? await this.#mirrors.ask(request) : undefined) ?? this.#endpoint.send(request)
  }
}
