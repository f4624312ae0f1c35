/** Other hosts that have what a registry has, and are asked first when something is read. */
import { InvalidReferenceError } from '../../errors/oci-error.js'
import { isSameRegistry } from '../../oci/docker-hub.js'
import { parseNamespace } from '../../oci/reference.js'
import type { ConnectionOptions } from './connection-options.js'
import type { TlsOptions } from '../../http/tls/tls-options.js'

/** A mirror of one repository, as a client is made of it. */
export interface MirrorOfRepository {
  readonly registry: string
  readonly repository: string
  readonly options: ConnectionOptions
}

/**
 * Finds the mirrors of a repository. A mirror gets what is its own: neither the credential that was given for the
 * registry, nor its client certificate.
 *
 * @throws {InvalidReferenceError} if one of the mirrors, this registry's or not, is none.
 */
export function findMirrors(
  registry: string,
  repository: string,
  { mirrors = [], ...options }: ConnectionOptions,
): readonly MirrorOfRepository[] {
  const { credentials, tls } = options
  return mirrors.flatMap(({ registry: mirrored, mirror }) => {
    const [, scheme, place = ''] = /^(?:(https?):\/\/)?(.*?)\/*$/s.exec(mirror) ?? []
    const { registry: host, repository: path } = parseNamespace(place)
    if (parseNamespace(mirrored).repository !== '') throw noMirror(mirrored, mirrored)
    if (!isSameRegistry(mirrored, registry)) return []
    return {
      registry: host,
      repository: path === '' ? repository : `${path}/${repository}`,
      options: {
        ...options,
        // There is the registry to ask.
        retry: false,
        plainHttp: scheme === undefined ? undefined : scheme === 'http',
        credentials: typeof credentials === 'function' || credentials === undefined ? credentials : 'anonymous',
        tls: tls && withoutCertificate(tls),
      },
    }
  })
}

// Who gives the same object shares connections, and so do the mirrors.
const trusting = new WeakMap<TlsOptions, TlsOptions>()

function withoutCertificate(tls: TlsOptions): TlsOptions {
  const found = trusting.get(tls) ?? { ca: tls.ca, caOnly: tls.caOnly }
  trusting.set(tls, found)
  return found
}

function noMirror(mirror: string, part: string): InvalidReferenceError {
  return new InvalidReferenceError(`Cannot use the mirrors: "${mirror}" is more than it may be`, {
    input: mirror,
    part,
    hint: 'Write a mirror as host, host:port or host/path, without a tag, and the registry that it is for as its host alone.',
  })
}
