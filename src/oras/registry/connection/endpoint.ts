/** Where a registry is really reached. */
import { DOCKER_HUB_HOST, isDockerHub } from '../../oci/docker-hub.js'
import { isLoopback } from './url-policy.js'

/**
 * Finds the origin of a registry.
 *
 * @param plainHttp Unset, http for this machine and https for all others.
 */
export function findOrigin(registry: string, plainHttp: boolean | undefined): URL {
  const host = isDockerHub(registry, 'reference') ? DOCKER_HUB_HOST : registry
  const { hostname } = new URL(`http://${host}`)
  return new URL(`${(plainHttp ?? isLoopback(hostname)) ? 'http' : 'https'}://${host}`)
}
