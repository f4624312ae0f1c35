/** Reads the logins of Podman, Buildah and Skopeo. */
import { chainCredentials } from './chain-credentials.js'
import { readOptions } from '../errors/read-options.js'
import { containersPaths, credentialFileChecks, type CredentialFileOptions } from './config-paths.js'
import type { Credential, CredentialFunction, CredentialTarget } from './credential.js'
import { parseDockerConfig } from './docker-config.js'
import { lookUpCredential } from './look-up-credential.js'
import { readConfig } from './read-config.js'
import { canonicalHost } from './registry-key.js'

/**
 * Finds the login that `podman login`, `buildah login` or `skopeo login` stored: in
 * `$XDG_RUNTIME_DIR/containers/auth.json`, or `/run/containers/<uid>/auth.json`, and then in `containers/auth.json` below
 * `$XDG_CONFIG_HOME` or `~/.config`. A login may be for a path in a registry; the longest path that matches wins. The
 * files are read each time a login is needed.
 *
 * @throws {CredentialError} from the returned function, if a file is broken, or a helper is missing or fails.
 * @example
 * ```ts
 * import { containersCredentials, Repository } from 'oras-helm/oras'
 *
 * const repository = new Repository('localhost:5000/app', { credentials: containersCredentials() })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export function containersCredentials(options: CredentialFileOptions = {}): CredentialFunction {
  const { path: given } = readOptions(options, credentialFileChecks())
  return async (target, { signal } = {}) => {
    const isDefaultPath = given === undefined
    const paths = isDefaultPath ? containersPaths() : [given]
    const files = paths.map(
      (path): CredentialFunction =>
        () =>
          findInFile(path, isDefaultPath, target, signal),
    )
    return chainCredentials(...files)(target, { signal })
  }
}

async function findInFile(
  path: string,
  isDefaultPath: boolean,
  target: CredentialTarget,
  signal: AbortSignal | undefined,
): Promise<Credential | undefined> {
  const text = await readConfig(path, isDefaultPath)
  if (text === undefined) return undefined
  // These tools have no credsStore, and their only name for Docker Hub is docker.io.
  const config = { ...parseDockerConfig(text, path), credsStore: undefined }
  return lookUpCredential(config, target, { signal, server: canonicalHost(target.registry) })
}
