/** Reads logins from the environment: a variable that holds them, or one that names a file. */
import { chainCredentials } from './chain-credentials.js'
import { containersCredentials } from './containers-credentials.js'
import type { CredentialFunction } from './credential.js'
import { parseDockerConfig } from './docker-config.js'
import { lookUpCredential } from './look-up-credential.js'
import { readVariable } from '../environment.js'

const VARIABLE = 'DOCKER_AUTH_CONFIG'

/**
 * Finds a login in `DOCKER_AUTH_CONFIG`, which holds the text of a Docker `config.json`, and then in the file that
 * `REGISTRY_AUTH_FILE` names, which has Podman's format. The variables are read each time a login is needed.
 *
 * @throws {CredentialError} from the returned function, if one of them is broken, or a helper is missing or fails.
 * @example
 * ```ts
 * import { environmentCredentials, Repository } from 'oras-helm/oras'
 *
 * const repository = new Repository('localhost:5000/app', { credentials: environmentCredentials() })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export function environmentCredentials(): CredentialFunction {
  return chainCredentials(findInVariable, (target, options) => {
    const path = readVariable('REGISTRY_AUTH_FILE')
    return path === undefined ? undefined : containersCredentials({ path })(target, options)
  })
}

const findInVariable: CredentialFunction = (target, { signal } = {}) => {
  const text = readVariable(VARIABLE)
  return text === undefined ? undefined : lookUpCredential(parseDockerConfig(text, VARIABLE), target, { signal })
}
