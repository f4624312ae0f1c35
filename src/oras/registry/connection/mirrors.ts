/** The mirrors of a registry: hosts that are asked before the registry when something is read. */
import { CredentialError, InvalidReferenceError, NotFoundError, OciError } from '../../errors/oci-error.js'
import { isSameRegistry } from '../../oci/docker-hub.js'
import { parseNamespace } from '../../oci/reference.js'
import { repositoryScope } from '../auth/scopes.js'
import { mediaTypeOf } from './answer-error.js'
import type { Secrets } from '../../errors/secrets.js'
import type { ConnectionOptions } from './connection-options.js'
import { type ClientRequest, type ClientResponse, Endpoint } from './endpoint.js'
import type { TlsOptions } from '../../http/tls/tls-options.js'

/** The mirrors of one repository, in the order in which they are asked. */
export class Mirrors {
  readonly #endpoints: readonly Endpoint[]
  // Mirrors that failed are not asked again.
  readonly #lost = new Set<Endpoint>()

  /**
   * @param repository The path at the registry.
   * @param secrets Gets the secrets that are sent, so that they are redacted.
   * @throws {InvalidReferenceError} if one of the mirrors is invalid, also one of another registry.
   */
  constructor(registry: string, repository: string, options: ConnectionOptions, secrets: Secrets) {
    this.#endpoints = findMirrors(registry, repository, options).map(
      (mirror) => new Endpoint(mirror.registry, mirror.repository, mirror.options, secrets),
    )
  }

  /** Sends a request to one mirror after the other; `undefined` if no mirror has the content. */
  async ask(request: ClientRequest): Promise<ClientResponse | undefined> {
    for (const mirror of this.#endpoints) {
      const response = this.#lost.has(mirror) ? undefined : await this.#askOne(mirror, request)
      if (response) return response
    }
    return undefined
  }

  async #askOne(mirror: Endpoint, request: ClientRequest): Promise<ClientResponse | undefined> {
    const excludeMirror = (): void => void this.#lost.add(mirror)
    // The repository may have another path at the mirror.
    const send = async (each: ClientRequest): Promise<ClientResponse> =>
      mirror.send({ ...each, scopes: [repositoryScope(mirror.repository, 'pull')] })
    try {
      const response = await send(request)
      const isWebPage = mediaTypeOf(response) === 'text/html'
      if (response.status !== 404 && !isWebPage) return { ...response, excludeMirror, next: send }
      if (isWebPage) excludeMirror()
      response.close()
    } catch (error) {
      const isOurs = !(error instanceof OciError) || (error instanceof CredentialError && !error.isGlobal)
      if (isOurs) throw error
      if (!(error instanceof NotFoundError)) excludeMirror()
    }
    return undefined
  }
}

/** A mirror of one repository: the arguments for an {@link Endpoint}. */
interface MirrorOfRepository {
  readonly registry: string
  readonly repository: string
  readonly options: ConnectionOptions
}

/**
 * Finds the mirrors of a repository. A mirror gets neither the client certificate nor a credential that is a value:
 * both are for the registry alone.
 *
 * @throws {InvalidReferenceError} if one of the mirrors is invalid, also one of another registry.
 */
export function findMirrors(
  registry: string,
  repository: string,
  { mirrors = [], ...options }: ConnectionOptions,
): readonly MirrorOfRepository[] {
  const { credentials, tls } = options
  return mirrors.flatMap(({ registry: mirrored, mirror }) => {
    const [, scheme, place = ''] = /^(?:(https?):\/\/)?(.*?)\/*$/s.exec(mirror) ?? []
    if (/^[^@/]*\/.*[:@]/s.test(place)) throw noMirror(mirror, place)
    const { registry: host, repository: path } = parseNamespace(place)
    if (parseNamespace(mirrored).repository !== '') throw noMirror(mirrored, mirrored)
    if (!isSameRegistry(mirrored, registry)) return []
    return {
      registry: host,
      repository: path === '' ? repository : `${path}/${repository}`,
      options: {
        ...options,
        // If a mirror fails, the next one or the registry is asked.
        retry: false,
        plainHttp: scheme === undefined ? undefined : scheme === 'http',
        credentials: typeof credentials === 'function' || credentials === undefined ? credentials : 'anonymous',
        tls: tls && withoutCertificate(tls),
      },
    }
  })
}

// Calls with the same `tls` object share connections; so do their mirrors.
const trusting = new WeakMap<TlsOptions, TlsOptions>()

function withoutCertificate(tls: TlsOptions): TlsOptions {
  const found = trusting.get(tls) ?? { ca: tls.ca, caOnly: tls.caOnly }
  trusting.set(tls, found)
  return found
}

function noMirror(mirror: string, part: string): InvalidReferenceError {
  return new InvalidReferenceError(`Cannot use the mirrors: "${mirror}" is not the address of a mirror or a registry`, {
    input: mirror,
    part,
    hint: 'Write a mirror as host, host:port or host/path, without a tag, and the registry that it is for as its host alone.',
  })
}
