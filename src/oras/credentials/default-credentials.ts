/** Logins wherever the tools of registries leave them. */
import { chainCredentials } from './chain-credentials.js'
import { containersCredentials } from './containers-credentials.js'
import type { CredentialFunction } from './credential.js'
import { dockerCredentials } from './docker-credentials.js'
import { environmentCredentials } from './environment-credentials.js'

/**
 * Finds a login in the environment, in Docker's file, and in those of Podman, Buildah and Skopeo, in this
 * order; `docs/credentials.md` says which files these are.
 *
 * @throws {CredentialError} when it is asked and a file is broken, or a helper is missing or fails.
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
