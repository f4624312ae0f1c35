/** Where a registry is really reached, and what it calls its repositories: Docker Hub has names of its own. */
import { isLoopback } from './url-policy.js'

/** The names that stand for Docker Hub in a reference. */
const DOCKER_HUB = new Set(['docker.io', 'index.docker.io'])
const DOCKER_HUB_HOST = 'registry-1.docker.io'

/** Tells whether a registry of a reference is Docker Hub, by one of the names that Docker takes for it. */
function isDockerHub(registry: string): boolean {
  return DOCKER_HUB.has(registry.toLowerCase())
}

/** Tells whether two names of references stand for one registry. */
export function isSameRegistry(one: string, other: string): boolean {
  const isHub = (registry: string): boolean => isDockerHub(registry) || registry.toLowerCase() === DOCKER_HUB_HOST
  return one.toLowerCase() === other.toLowerCase() || (isHub(one) && isHub(other))
}

/**
 * Finds the origin of a registry.
 *
 * @param plainHttp Unset, http for this machine and https for all others.
 */
export function findOrigin(registry: string, plainHttp: boolean | undefined): URL {
  const host = isDockerHub(registry) ? DOCKER_HUB_HOST : registry
  const { hostname } = new URL(`http://${host}`)
  return new URL(`${(plainHttp ?? isLoopback(hostname)) ? 'http' : 'https'}://${host}`)
}

/** Writes a repository as its registry knows it: on Docker Hub, one without a user is in `library/`. */
export function qualifyRepository(registry: string, repository: string): string {
  return isDockerHub(registry) && repository !== '' && !repository.includes('/') ? `library/${repository}` : repository
}
