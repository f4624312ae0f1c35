/** The keys that credentials files and helpers use for registries: parsed, normalised and compared. */
import { DOCKER_HUB, DOCKER_HUB_KEY, dockerHubNames, isDockerHub } from '../oci/docker-hub.js'
import type { CredentialTarget } from './credential.js'

/** A key, parsed. */
interface RegistryKey {
  /** As {@link canonicalHost} returns it. */
  readonly host: string
  /** The repository, or the parent path of repositories, that the key is for; empty for the whole registry. */
  readonly path: string
}

/**
 * Normalises the name of a registry: lower case, and `docker.io` for all names of Docker Hub. A port is kept: whether
 * `host` and `host:443` are the same depends on http or https, which is not known here.
 */
export function canonicalHost(registry: string): string {
  return isDockerHub(registry, 'login') ? DOCKER_HUB : registry.toLowerCase()
}

/** The server address of a registry: its key in Docker's files and helpers. */
export function serverAddress(registry: string): string {
  const host = canonicalHost(registry)
  return host === DOCKER_HUB ? DOCKER_HUB_KEY : host
}

/** All keys under which a helper may hold the login to a registry, also those of older tools. */
export function serverAddresses(registry: string): readonly string[] {
  const host = canonicalHost(registry)
  const hosts = host === DOCKER_HUB ? dockerHubNames('reference') : [host]
  return [
    ...new Set([serverAddress(registry), ...hosts.flatMap((each) => [each, `https://${each}`, `http://${each}`])]),
  ]
}

/**
 * Parses a key. Tools have written keys in several forms:
 *
 * ```text
 * key  ::= host [ ":" port ] [ "/" path ]                     Podman's may be for a path
 *        | ( "https://" | "http://" ) host [ ":" port ] …     a URL is for the whole registry, whatever follows
 * ```
 *
 * The default port of its scheme is dropped from a URL. A text that is not a host is kept as it is, and matches no
 * registry.
 */
export function parseKey(key: string): RegistryKey {
  const [scheme = ''] = /^https?:\/\//i.exec(key) ?? []
  const rest = key.slice(scheme.length)
  const slash = rest.indexOf('/')
  const host = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash + 1)
  if (scheme === '') {
    // Older versions of Docker wrote `/v1/` or `/v2/` after the host; it is not a path of a repository.
    if (path === 'v1/' || path === 'v2/') return { host: canonicalHost(host), path: '' }
    return { host: canonicalHost(host), path: path.endsWith('/') ? path.slice(0, -1) : path }
  }
  const port = scheme.toLowerCase() === 'https://' ? ':443' : ':80'
  return { host: canonicalHost(host.endsWith(port) ? host.slice(0, -port.length) : host), path: '' }
}

/** Tells whether a key is for this registry as a whole. */
export function isKeyOf(key: string, registry: string): boolean {
  const { host, path } = parseKey(key)
  return host === canonicalHost(registry) && path === ''
}

/**
 * Finds the entries for a target: the longest path first, then the key that the tool of the file would use, then the order of
 * the file.
 *
 * @param server The key that the tool uses for the registry; Docker's by default.
 */
export function matchKeys<T>(
  entries: readonly (readonly [key: string, value: T])[],
  { registry, repository }: CredentialTarget,
  server = serverAddress(registry),
): readonly T[] {
  const wanted = canonicalHost(registry)
  return entries
    .map(([key, value]) => ({ ...parseKey(key), key, value }))
    .map((entry) => ({ ...entry, isExact: entry.key === (entry.path === '' ? server : `${server}/${entry.path}`) }))
    .filter(({ host, path }) => host === wanted && isBelow(repository, path))
    .toSorted((a, b) => b.path.length - a.path.length || Number(b.isExact) - Number(a.isExact))
    .map(({ value }) => value)
}

function isBelow(repository: string, path: string): boolean {
  return path === '' || repository === path || repository.startsWith(`${path}/`)
}
