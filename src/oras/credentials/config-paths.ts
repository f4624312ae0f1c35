/** The paths of the credentials files of Docker and Podman, for this user; and the option `path`. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CredentialError } from '../errors/oci-error.js'
import type { OptionCheck, OptionChecks } from '../errors/read-options.js'
import { wrongArgument } from '../errors/wrong-argument.js'
import { readUserId, readVariable } from '../environment.js'

/** Which credentials file to read. */
export interface CredentialFileOptions {
  /**
   * The file to read, in place of the tool's own.
   *
   * @default the paths where the tool itself looks, found anew each time
   */
  readonly path?: string | undefined
}

/** Checks the option `path`; a URL can be converted with `fileURLToPath`. */
export const checkPath: OptionCheck = (path, what) => {
  const isRight = typeof path === 'string' && path !== '' && !path.includes('\0')
  if (!isRight) throw wrongArgument(what, 'the path of a file, as a string', path)
}

export function credentialFileChecks(): OptionChecks<CredentialFileOptions> {
  return { path: checkPath }
}

/** `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`; `undefined` if there is no home folder either. */
export function dockerConfigPath(): string | undefined {
  return below(readVariable('DOCKER_CONFIG') ?? below(homeFolder(), '.docker'), 'config.json')
}

/**
 * Returns the credentials file to change: the given one, or Docker's.
 *
 * @throws {CredentialError} if there is no home folder for Docker's file.
 */
export function requireConfigPath(named: string | undefined): string {
  const path = named ?? dockerConfigPath()
  if (path !== undefined) return path
  throw new CredentialError('Cannot find the file for logins: there is no home folder', {
    source: 'config.json',
    isGlobal: false,
    hint: 'Name the file in the option path, or its folder in DOCKER_CONFIG.',
  })
}

/** `~/.dockercfg`, the file of Docker versions before `config.json`. */
export function legacyDockerPath(): string | undefined {
  return below(homeFolder(), '.dockercfg')
}

/** The files where Podman, Buildah and Skopeo look, in their order. */
export function containersPaths(): readonly string[] {
  const configured = readVariable('XDG_CONFIG_HOME') ?? below(homeFolder(), '.config')
  return [runtimeFolder(), below(configured, 'containers')]
    .map((folder) => below(folder, 'auth.json'))
    .filter((path) => path !== undefined)
}

/** The folder that is emptied when the machine starts; only Linux has it. */
function runtimeFolder(): string | undefined {
  if (process.platform !== 'linux') return undefined
  return below(readVariable('XDG_RUNTIME_DIR'), 'containers') ?? `/run/containers/${readUserId()}`
}

/** The user's home folder; `undefined` for a user that the system does not know, as in some containers. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined
  } catch {
    return undefined
  }
}

/** Joins a path to a folder; `undefined` if there is no folder. */
export function below(folder: string | undefined, ...names: readonly string[]): string | undefined {
  return folder === undefined ? undefined : join(folder, ...names)
}
