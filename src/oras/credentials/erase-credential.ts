/** Forgets the login to one registry, wherever a Docker-format file has it. */
import { askHelper, type Helper } from './ask-helper.js'
import { chooseHelper } from './choose-helper.js'
import { parseDockerConfig } from './docker-config.js'
import { editAuths } from './edit-auths.js'
import { getFromHelper } from './get-from-helper.js'
import { readConfig } from './read-config.js'
import { isKeyOf, serverKeys } from './registry-key.js'
import type { HelperOptions } from './run-helper.js'
import { holdsLogin, type KeepOptions } from './store-credential.js'

/**
 * Erases a login, under all names of the registry. Logins for a path in the registry stay: they are others.
 *
 * @returns the helper's program and the path of the file, as far as there was something.
 * @throws {CredentialError} if the file is broken or cannot be written, or the helper is missing or fails.
 */
export async function eraseCredential(registry: string, options: KeepOptions): Promise<readonly string[]> {
  const { path, signal } = options
  const text = await readConfig(path)
  if (text === undefined) return []
  const helper = chooseHelper(parseDockerConfig(text, path), registry)
  signal?.throwIfAborted()
  const removedFrom = helper && (await eraseFromHelper(helper, registry, options)) ? [helper.name] : []
  let wasInFile = false
  await editAuths(path, (auths) => {
    const others = auths.filter(([key]) => !isKeyOf(key, registry))
    wasInFile = auths.some(([key, value]) => isKeyOf(key, registry) && holdsLogin(value))
    return others.length === auths.length ? undefined : others
  })
  return wasInFile ? [...removedFrom, path] : removedFrom
}

async function eraseFromHelper(helper: Helper, registry: string, options: HelperOptions): Promise<boolean> {
  let isErased = false
  for (const server of serverKeys(registry)) {
    // Most helpers erase what is not there without a word.
    if ((await getFromHelper(helper, server, options)) === undefined) continue
    await askHelper(helper, { ...options, action: 'erase', server, input: server })
    isErased = true
  }
  return isErased
}
