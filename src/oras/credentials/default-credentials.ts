/** The default credentials: the environment, Docker's file, and the files of Podman. */
import { chainCredentials } from './chain-credentials.js'
import { containersCredentials } from './containers-credentials.js'
import type { CredentialFunction } from './credential.js'
import { dockerCredentials } from './docker-credentials.js'
import { environmentCredentials } from './environment-credentials.js'

/**
 * Finds a login in the environment, in Docker's file, and in the files of Podman, Buildah and Skopeo, in this order;
 * `docs/credentials.md` lists the files.
 *
 * @throws {CredentialError} from the returned function, if a file is broken, or a helper is missing or fails.
 * @example
 * ```ts
 * import { defaultCredentials, Repository } from 'oras-helm/oras'
 *
 * const repository = new Repository('localhost:5000/app', { credentials: defaultCredentials() })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export function defaultCredentials(): CredentialFunction {
  return chainCredentials(environmentCredentials(), dockerCredentials(), containersCredentials())
}
