/** Reads the logins of Docker. */
import { readOptions } from '../errors/read-options.js'
import { credentialFileChecks, type CredentialFileOptions, dockerConfigPath, legacyDockerPath } from './config-paths.js'
import type { CredentialFunction } from './credential.js'
import { parseDockerConfig, parseLegacyConfig } from './docker-config.js'
import { lookUpCredential } from './look-up-credential.js'
import { readConfig } from './read-config.js'

/**
 * Finds the login that `docker login` stored: in `$DOCKER_CONFIG/config.json` or `~/.docker/config.json`, or in the
 * credential helpers that the file names. If there is no such file, `~/.dockercfg` is read. The file is read each time a
 * login is needed.
 *
 * @throws {CredentialError} from the returned function, if the file is broken, or a helper is missing or fails.
 * @example
 * ```ts
 * import { dockerCredentials, Repository } from 'oras-helm/oras'
 *
 * const repository = new Repository('localhost:5000/app', { credentials: dockerCredentials() })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export function dockerCredentials(options: CredentialFileOptions = {}): CredentialFunction {
  const { path: given } = readOptions(options, credentialFileChecks())
  return async (target, { signal } = {}) => {
    const path = given ?? dockerConfigPath()
    const text = path === undefined ? undefined : await readConfig(path, given === undefined)
    if (path !== undefined && text !== undefined) {
      return lookUpCredential(parseDockerConfig(text, path), target, { signal })
    }
    const legacyPath = given === undefined ? legacyDockerPath() : undefined
    const legacy = legacyPath === undefined ? undefined : await readConfig(legacyPath, true)
    if (legacyPath === undefined || legacy === undefined) return undefined
    return lookUpCredential(parseLegacyConfig(legacy, legacyPath), target, { signal })
  }
}
