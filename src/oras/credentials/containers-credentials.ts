/** Logins that Podman, Buildah and Skopeo keep. */
import { chainCredentials } from './chain-credentials.js'
import { readOptions } from '../errors/read-options.js'
import { containersPaths, credentialFileChecks, type CredentialFileOptions } from './config-paths.js'
import type { Credential, CredentialFunction, CredentialTarget } from './credential.js'
import { parseDockerConfig } from './docker-config.js'
import { lookUpCredential } from './look-up-credential.js'
import { readConfig } from './read-config.js'
import { canonicalHost } from './registry-key.js'

/**
 * Finds what `podman login`, `buildah login` or `skopeo login` left: in `$XDG_RUNTIME_DIR/containers/auth.json`, or
 * `/run/containers/<uid>/auth.json`, and then in `containers/auth.json` below `$XDG_CONFIG_HOME` or `~/.config`. A login
 * may be for a path in a registry; the longest that fits is taken. The files are read each time a login is wanted.
 *
 * @throws {CredentialError} when it is asked and a file is broken, or a helper is missing or fails.
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
    const isGuess = given === undefined
    const paths = isGuess ? containersPaths() : [given]
    const files = paths.map(
      (path): CredentialFunction =>
        () =>
          lookInto(path, isGuess, target, signal),
    )
    return chainCredentials(...files)(target, { signal })
  }
}

async function lookInto(
  path: string,
  isGuess: boolean,
  target: CredentialTarget,
  signal: AbortSignal | undefined,
): Promise<Credential | undefined> {
  const text = await readConfig(path, isGuess)
  if (text === undefined) return undefined
  // These tools know helpers for single registries only, and no other name for Docker Hub than its own.
  const config = { ...parseDockerConfig(text, path), credsStore: undefined }
  return lookUpCredential(config, target, { signal, server: canonicalHost(target.registry) })
}
