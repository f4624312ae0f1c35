/** The names that files and helpers of other tools give to registries: brought to one form, and compared whole. */
import { DOCKER_HUB, DOCKER_HUB_KEY, dockerHubNames, isDockerHub } from '../oci/docker-hub.js'
import type { CredentialTarget } from './credential.js'

/** What a key stands for. */
interface RegistryKey {
  /** In the form of {@link canonicalHost}. */
  readonly host: string
  /** The repository, or the folder of repositories, that the key is for; empty for the whole registry. */
  readonly path: string
}

/**
 * The one name of a registry: in lower case, and `docker.io` for all names of Docker Hub. A port counts as it is
 * written: without knowing whether it is http or https, `host` and `host:443` may be two.
 */
export function canonicalHost(registry: string): string {
  return isDockerHub(registry, 'login') ? DOCKER_HUB : registry.toLowerCase()
}

/** What Docker's files and helpers call a registry. */
export function serverKey(registry: string): string {
  const host = canonicalHost(registry)
  return host === DOCKER_HUB ? DOCKER_HUB_KEY : host
}

/** The keys under which a helper may hold the login to a registry, those of older tools too. */
export function serverKeys(registry: string): readonly string[] {
  const host = canonicalHost(registry)
  const hosts = host === DOCKER_HUB ? dockerHubNames('reference') : [host]
  return [...new Set([serverKey(registry), ...hosts.flatMap((each) => [each, `https://${each}`, `http://${each}`])])]
}

/**
 * Takes a key apart. Keys are of many ages:
 *
 * ```text
 * key  ::= host [ ":" port ] [ "/" path ]                     Podman's may be for a path
 *        | ( "https://" | "http://" ) host [ ":" port ] …     a URL is for the whole registry, whatever follows
 * ```
 *
 * The default port of its scheme is dropped from a URL. Whatever is no host stays as it is, and equals none.
 */
export function parseKey(key: string): RegistryKey {
  const [scheme = ''] = /^https?:\/\//i.exec(key) ?? []
  const rest = key.slice(scheme.length)
  const slash = rest.indexOf('/')
  const host = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash + 1)
  if (scheme === '') {
    // What older versions of Docker put behind the host is no path of a repository.
    if (path === 'v1/' || path === 'v2/') return { host: canonicalHost(host), path: '' }
    return { host: canonicalHost(host), path: path.endsWith('/') ? path.slice(0, -1) : path }
  }
  const port = scheme.toLowerCase() === 'https://' ? ':443' : ':80'
  return { host: canonicalHost(host.endsWith(port) ? host.slice(0, -port.length) : host), path: '' }
}

/** Whether a key is for the whole registry. */
export function isKeyOf(key: string, registry: string): boolean {
  const { host, path } = parseKey(key)
  return host === canonicalHost(registry) && path === ''
}

/**
 * Finds what is kept for a target: that of the longest path first, then what stands under the very name that Docker
 * would use, then in the order of the file.
 */
export function matchKeys<T>(
  entries: readonly (readonly [key: string, value: T])[],
  { registry, repository }: CredentialTarget,
): readonly T[] {
  const wanted = canonicalHost(registry)
  const exact = serverKey(registry)
  return entries
    .map(([key, value]) => ({ ...parseKey(key), value, isExact: key === exact }))
    .filter(({ host, path }) => host === wanted && isBelow(repository, path))
    .toSorted((a, b) => b.path.length - a.path.length || Number(b.isExact) - Number(a.isExact))
    .map(({ value }) => value)
}

function isBelow(repository: string, path: string): boolean {
  return path === '' || repository === path || repository.startsWith(`${path}/`)
}
