/** Logins from the environment and from the files of Helm, Docker and Podman. */
import { chainCredentials } from '../oras/credentials/chain-credentials.js'
import { containersCredentials } from '../oras/credentials/containers-credentials.js'
import type { CredentialFunction } from '../oras/credentials/credential.js'
import { dockerCredentials } from '../oras/credentials/docker-credentials.js'
import { environmentCredentials } from '../oras/credentials/environment-credentials.js'
import { helmCredentials } from './helm-credentials.js'

/**
 * Finds a login in the environment, in Helm's file, in Docker's, and in those of Podman, Buildah and Skopeo, in this
 * order; `docs/credentials.md` says which files these are.
 *
 * @throws {CredentialError} when it is asked and a file is broken, or a helper is missing or fails.
 * @example
 * ```ts
 * import { defaultCredentials, listChartVersions } from 'oras-helm'
 *
 * await listChartVersions('oci://localhost:5000/charts/mychart', { credentials: defaultCredentials() })
 * ```
 */
export function defaultCredentials(): CredentialFunction {
  return chainCredentials(environmentCredentials(), helmCredentials(), dockerCredentials(), containersCredentials())
}
