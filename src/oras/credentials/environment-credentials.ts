/** Logins that the environment holds, or names the file of. */
import { chainCredentials } from './chain-credentials.js'
import { containersCredentials } from './containers-credentials.js'
import type { CredentialFunction } from './credential.js'
import { parseDockerConfig } from './docker-config.js'
import { lookUpCredential } from './look-up-credential.js'
import { readVariable } from '../environment.js'

const VARIABLE = 'DOCKER_AUTH_CONFIG'

/**
 * Finds a login in `DOCKER_AUTH_CONFIG`, which holds what else stands in Docker's `config.json`, and then in the file
 * that `REGISTRY_AUTH_FILE` names, which is one of Podman's. The variables are read each time a login is wanted.
 *
 * @throws {CredentialError} when it is asked and one of them is broken, or a helper is missing or fails.
 * @example
 * ```ts
 * import { environmentCredentials, Repository } from 'oras-helm/oras'
 *
 * const repository = new Repository('localhost:5000/app', { credentials: environmentCredentials() })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export function environmentCredentials(): CredentialFunction {
  return chainCredentials(lookIntoVariable, (target, options) => {
    const path = readVariable('REGISTRY_AUTH_FILE')
    return path === undefined ? undefined : containersCredentials({ path })(target, options)
  })
}

const lookIntoVariable: CredentialFunction = (target, { signal } = {}) => {
  const text = readVariable(VARIABLE)
  return text === undefined ? undefined : lookUpCredential(parseDockerConfig(text, VARIABLE), target, { signal })
}
