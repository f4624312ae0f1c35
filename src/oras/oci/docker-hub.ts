/** The names of Docker Hub: this registry has different ones in references, for its API, and in credentials files. */

/** Where a name is used for Docker Hub: in a reference, as the host of its API, in a credentials file, as a web site. */
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

/** Its name in references. */
export const DOCKER_HUB = 'docker.io'
/** The host of its API. */
export const DOCKER_HUB_HOST = 'registry-1.docker.io'
/** Its key in Docker's credentials files and helpers. */
export const DOCKER_HUB_KEY = 'https://index.docker.io/v1/'

/** Lists its names for a use, the best known first. */
export function dockerHubNames(use: Use): readonly string[] {
  return Object.keys(NAMES).filter((name) => NAMES[name]?.includes(use))
}

/** Tells whether a host is a name of Docker Hub for this use; a name with a port is not. */
export function isDockerHub(host: string, use: Use): boolean {
  const name = host.toLowerCase()
  return Object.hasOwn(NAMES, name) && NAMES[name]?.includes(use) === true
}

/** Tells whether two hosts of references are the same registry. */
export function isSameRegistry(one: string, other: string): boolean {
  const isHub = (registry: string): boolean => isDockerHub(registry, 'reference') || isDockerHub(registry, 'api')
  return one.toLowerCase() === other.toLowerCase() || (isHub(one) && isHub(other))
}

/** Returns the path of a repository at its registry: Docker Hub puts one without a namespace into `library/`. */
export function qualifyRepository(registry: string, repository: string): string {
  const isOfficial = isDockerHub(registry, 'reference') && repository !== '' && !repository.includes('/')
  return isOfficial ? `library/${repository}` : repository
}
