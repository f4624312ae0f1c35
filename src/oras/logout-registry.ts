/** The facade of a logout: a login is erased where Docker would keep it. */
import { checkPath, requireConfigPath } from './credentials/config-paths.js'
import { recoverAuths } from './credentials/edit-auths.js'
import { eraseCredential } from './credentials/store-credential.js'
import { anAbortSignal, type OptionChecks, readOptions } from './errors/read-options.js'
import { wrongArgument } from './errors/wrong-argument.js'
import { parseRegistry } from './oci/reference.js'

/** Where to erase a login. */
export interface LogoutRegistryOptions {
  /**
   * The Docker-format file that has the login, or names the helper that does.
   *
   * @default `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`
   */
  readonly path?: string | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

function logoutChecks(): OptionChecks<LogoutRegistryOptions> {
  return { path: checkPath, signal: anAbortSignal }
}

/** What was erased. */
export interface LogoutRegistryResult {
  /** As it was given. */
  readonly registry: string
  /** The program of the helper and the path of the file, as far as they had a login; empty if none had. */
  readonly removedFrom: readonly string[]
}

/**
 * Erases the login to a registry from the helper that Docker's file names, and from the file itself, under all names
 * that older tools gave the registry. Logins to other registries, and for a path in this one, stay. Nothing is sent.
 *
 * @param registry Host and port: `ghcr.io`, `localhost:5000`.
 * @throws {InvalidReferenceError} if `registry` is more, or less, than a host and a port.
 * @throws {CredentialError} if the file is broken or cannot be written, or the helper is missing or fails.
 * @example
 * ```ts
 * import { logoutRegistry } from 'oras-helm/oras'
 *
 * const { removedFrom } = await logoutRegistry('localhost:5000', { path: 'no-such-file.json' })
 * console.log(removedFrom.length) // 0
 * ```
 */
export async function logoutRegistry(
  registry: string,
  options: LogoutRegistryOptions = {},
): Promise<LogoutRegistryResult> {
  if (typeof registry !== 'string') {
    throw wrongArgument('the argument registry', 'a host such as "ghcr.io", as a string', registry)
  }
  const { path, signal } = readOptions(options, logoutChecks())
  const host = parseRegistry(registry)
  const file = requireConfigPath(path)
  signal?.throwIfAborted()
  await recoverAuths(file, signal)
  return { registry, removedFrom: await eraseCredential(host, { path: file, signal }) }
}
