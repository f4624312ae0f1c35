/** Where Docker and Podman keep their logins on this machine, for this user; and the option to look elsewhere. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CredentialError } from '../errors/oci-error.js'
import type { OptionCheck, OptionChecks } from '../errors/read-options.js'
import { wrongArgument } from '../errors/wrong-argument.js'
import { readUserId, readVariable } from '../environment.js'

/** Where to look. */
export interface CredentialFileOptions {
  /** The file to read, and no other. Default: where the tool itself looks, each time it is asked. */
  readonly path?: string | undefined
}

/** Checks the path of a file; a URL becomes one by `fileURLToPath`. */
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
 * The file of logins to change: the one that is named, or Docker's.
 *
 * @throws {CredentialError} if there is no place for Docker's file.
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

/** Where Docker kept its logins before there was a `config.json`. */
export function legacyDockerPath(): string | undefined {
  return below(homeFolder(), '.dockercfg')
}

/** Where Podman, Buildah and Skopeo look, in their order. */
export function containersPaths(): readonly string[] {
  const configured = readVariable('XDG_CONFIG_HOME') ?? below(homeFolder(), '.config')
  return [runtimeFolder(), below(configured, 'containers')]
    .map((folder) => below(folder, 'auth.json'))
    .filter((path) => path !== undefined)
}

/** It is emptied when the machine starts; other systems than Linux have none. */
function runtimeFolder(): string | undefined {
  if (process.platform !== 'linux') return undefined
  return below(readVariable('XDG_RUNTIME_DIR'), 'containers') ?? `/run/containers/${readUserId()}`
}

/** A user that the system does not know, as containers have them, may have no home. */
export function homeFolder(): string | undefined {
  try {
    return homedir() || undefined
  } catch {
    return undefined
  }
}

/** A path in a folder, where there is such a folder. */
export function below(folder: string | undefined, ...names: readonly string[]): string | undefined {
  return folder === undefined ? undefined : join(folder, ...names)
}
