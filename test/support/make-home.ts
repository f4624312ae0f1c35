/** Makes an empty home folder for one test, and unsets the variables that say where logins are. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeFolder } from './make-folder.js'
import { setVariables } from './set-variables.js'

const NAMES = [
  'DOCKER_AUTH_CONFIG',
  'DOCKER_CONFIG',
  'REGISTRY_AUTH_FILE',
  'HELM_REGISTRY_CONFIG',
  'HELM_CONFIG_HOME',
  'XDG_CONFIG_HOME',
] as const

/** Makes the home folder and files in it. */
export async function makeHome(files: Readonly<Record<string, object | string>> = {}): Promise<string> {
  const home = await makeFolder()
  setVariables({ ...Object.fromEntries(NAMES.map((name) => [name, undefined])), HOME: home, USERPROFILE: home })
  // Without this variable, Podman's file is outside the home folder.
  setVariables({ XDG_RUNTIME_DIR: join(home, 'run') })
  await writeFiles(home, files)
  return home
}

export async function writeFiles(folder: string, files: Readonly<Record<string, object | string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
}

/** A file with one login, whose password says where it came from. */
export function fileOf(password: string, key = 'ghcr.io'): object {
  return { auths: { [key]: entryOf(password) } }
}

export function entryOf(password: string): object {
  return { auth: Buffer.from(`me:${password}`).toString('base64') }
}
