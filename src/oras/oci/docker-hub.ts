/** The names of Docker Hub: the one registry that has several, in references, at its own host, in files of logins. */

/** Where a name stands for Docker Hub: in a reference, as the host of its API, in a file of logins, as a web site. */
type Use = 'reference' | 'api' | 'login' | 'site'

const NAMES: Readonly<Record<string, readonly Use[]>> = {
  'docker.io': ['reference', 'login', 'site'],
  'index.docker.io': ['reference', 'login', 'site'],
  'registry-1.docker.io': ['api', 'login'],
  'registry.hub.docker.com': ['login'],
  'hub.docker.com': ['site'],
  'www.docker.com': ['site'],
  'docker.com': ['site'],
}

/** The name that users know it by. */
export const DOCKER_HUB = 'docker.io'
/** Where its API is. */
export const DOCKER_HUB_HOST = 'registry-1.docker.io'
/** What Docker's files and helpers call it. */
export const DOCKER_HUB_KEY = 'https://index.docker.io/v1/'

/** The names that it has for a use, that which users know first. */
export function dockerHubNames(use: Use): readonly string[] {
  return Object.keys(NAMES).filter((name) => NAMES[name]?.includes(use))
}

/** Tells whether a host is Docker Hub, by one of the names that it has for a use; a port makes another host of it. */
export function isDockerHub(host: string, use: Use): boolean {
  const name = host.toLowerCase()
  return Object.hasOwn(NAMES, name) && NAMES[name]?.includes(use) === true
}

/** Tells whether two names of references stand for one registry. */
export function isSameRegistry(one: string, other: string): boolean {
  const isHub = (registry: string): boolean => isDockerHub(registry, 'reference') || isDockerHub(registry, 'api')
  return one.toLowerCase() === other.toLowerCase() || (isHub(one) && isHub(other))
}

/** Writes a repository as its registry knows it: on Docker Hub, one without a user is in `library/`. */
export function qualifyRepository(registry: string, repository: string): string {
  const isOfficial = isDockerHub(registry, 'reference') && repository !== '' && !repository.includes('/')
  return isOfficial ? `library/${repository}` : repository
}
