/** Keeps a login where Docker would: with the helper of the registry, or in the file. */
import { askHelper, helperError } from './ask-helper.js'
import { chooseHelper } from './choose-helper.js'
import type { PasswordCredential } from './credential.js'
import { isObject, parseDockerConfig } from './docker-config.js'
import { editAuths } from './edit-auths.js'
import { readConfig } from './read-config.js'
import { isKeyOf, serverKey } from './registry-key.js'
import type { HelperOptions } from './run-helper.js'

/** Where and how a login is kept. */
export interface KeepOptions extends HelperOptions {
  /** The Docker-format file that holds logins, or names the helpers that do. */
  readonly path: string
}

/**
 * Stores a login.
 *
 * @returns the name of the helper's program, or the path of the file.
 * @throws {CredentialError} if the file is broken or cannot be written, or the helper is missing or fails.
 */
export async function storeCredential(
  registry: string,
  { username, password }: PasswordCredential,
  options: KeepOptions,
): Promise<string> {
  const { path, signal } = options
  const server = serverKey(registry)
  const helper = chooseHelper(parseDockerConfig((await readConfig(path)) ?? '', path), registry)
  signal?.throwIfAborted()
  if (!helper) {
    const auth = Buffer.from(`${username}:${password}`).toString('base64')
    await editAuths(path, (auths) => {
      const old = auths.find(([key]) => key === server)?.[1]
      const entry = { ...withoutLogin(old), auth }
      // Under an older name of the registry, other tools would still find the login that was.
      const others = auths.map(([key, value]): [string, unknown] => [
        key,
        key !== server && isKeyOf(key, registry) ? withoutLogin(value) : value,
      ])
      return old === undefined
        ? [...others, [server, entry]]
        : others.map(([key, value]) => [key, key === server ? entry : value])
    })
    return path
  }
  const input = JSON.stringify({ ServerURL: server, Username: username, Secret: password })
  const question = { ...options, action: 'store', server, input, secret: password } as const
  if ((await askHelper(helper, question)) === undefined) throw helperError(helper, question, 'it did not take it')
  // What the helper holds now must not be left readable in the file.
  await editAuths(path, (auths) =>
    auths.some(([key, value]) => isKeyOf(key, registry) && holdsLogin(value))
      ? auths.map(([key, value]) => [key, isKeyOf(key, registry) ? withoutLogin(value) : value])
      : undefined,
  )
  return helper.name
}

const LOGIN: ReadonlySet<string> = new Set(['auth', 'username', 'password', 'identitytoken', 'registrytoken'])

/** Whether there is more in an entry than that a helper holds its login. */
export function holdsLogin(entry: unknown): boolean {
  return isObject(entry) ? Object.keys(entry).some((name) => LOGIN.has(name)) : true
}

function withoutLogin(entry: unknown): object {
  return Object.fromEntries(Object.entries(isObject(entry) ? entry : {}).filter(([name]) => !LOGIN.has(name)))
}
