/** Where Docker and Podman keep their logins on this machine, for this user; and the option to look elsewhere. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { CredentialError } from '../errors/oci-error.js'
import { readUserId, readVariable } from '../environment.js'

/** Where to look. */
export interface CredentialFileOptions {
  /** The file to read, and no other. Default: where the tool itself looks, each time it is asked. */
  readonly path?: string | undefined
}

/** @throws {TypeError} if there is a path that is none. */
export function checkPath(path: unknown): void {
  if (path !== undefined && (typeof path !== 'string' || path === '' || path.includes('\0'))) {
    throw new TypeError('the option path must be the path of a file')
  }
}

/** `$DOCKER_CONFIG/config.json`, or `~/.docker/config.json`; `undefined` if there is no home folder either. */
export function dockerConfigPath(): string | undefined {
  return below(readVariable('DOCKER_CONFIG') ?? below(homeFolder(), '.docker'), 'config.json')
}

/**
 * The file of logins to change: the one that is named, or Docker's.
 *
 * @throws {TypeError} if what is named is no path.
 * @throws {CredentialError} if there is no place for Docker's file.
 */
export function requireConfigPath(named: string | undefined): string {
  checkPath(named)
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
