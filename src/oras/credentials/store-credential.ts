/** Logins kept where Docker would keep them, and erased from there: with the helper of the registry, or in the file. */
import { askHelper, chooseHelper, getFromHelper, type Helper, helperError, TOKEN_USER } from './ask-helper.js'
import type { PasswordCredential } from './credential.js'
import { isObject, parseDockerConfig } from './docker-config.js'
import { editAuths } from './edit-auths.js'
import { readConfig } from './read-config.js'
import { isKeyOf, serverKey, serverKeys } from './registry-key.js'
import type { HelperOptions } from './run-helper.js'

/** Where and how a login is kept. */
interface KeepOptions extends HelperOptions {
  /** The Docker-format file that holds logins, or names the helpers that do. */
  readonly path: string
}

/**
 * Checks that a login can be sent and kept, and comes back as the same: the two parts are joined by a colon, a file pads
 * with NUL, and a helper has a name for what is no password.
 *
 * @throws {TypeError} if it cannot.
 */
export function checkLogin({ username, password }: PasswordCredential): PasswordCredential {
  for (const [name, value] of Object.entries({ username, password })) {
    const type = value === undefined ? 'undefined' : 'of another type'
    if (typeof value !== 'string') throw new TypeError(`the ${name} of the login must be a string, and is ${type}`)
  }
  if (username === '') throw new TypeError('the user name must not be empty')
  if (username.includes(':')) throw new TypeError('the user name must not have a colon in it')
  if (username === TOKEN_USER) throw new TypeError(`the user name must not be ${TOKEN_USER}`)
  if (Buffer.from(`${username} ${password}`).toString() !== `${username} ${password}`)
    throw new TypeError('the login must be well-formed Unicode')
  if (`${username}${password}`.includes('\0')) throw new TypeError('the login must not have a NUL in it')
  return { username, password }
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
    await editAuths(
      path,
      (auths) => {
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
      },
      signal,
    )
    return path
  }
  const input = JSON.stringify({ ServerURL: server, Username: username, Secret: password })
  const question = { ...options, action: 'store', server, input } as const
  if ((await askHelper(helper, question)) === undefined) throw helperError(helper, question, 'it did not take it')
  // What the helper holds now must not be left readable in the file.
  await editAuths(
    path,
    (auths) =>
      auths.some(([key, value]) => isKeyOf(key, registry) && holdsLogin(value))
        ? auths.map(([key, value]) => [key, isKeyOf(key, registry) ? withoutLogin(value) : value])
        : undefined,
    signal,
  )
  return helper.name
}

/**
 * Erases a login, under all names of the registry. Logins for a path in the registry stay: they are others.
 *
 * @returns the helper's program and the path of the file, as far as there was something.
 * @throws {CredentialError} if the file is broken or cannot be written, or the helper is missing or fails.
 */
export async function eraseCredential(registry: string, options: KeepOptions): Promise<readonly string[]> {
  const { path, signal } = options
  const text = await readConfig(path)
  const helper = text === undefined ? undefined : chooseHelper(parseDockerConfig(text, path), registry)
  signal?.throwIfAborted()
  const removedFrom = helper && (await eraseFromHelper(helper, registry, options)) ? [helper.name] : []
  let wasInFile = false
  await editAuths(
    path,
    (auths) => {
      const others = auths.filter(([key]) => !isKeyOf(key, registry))
      wasInFile = auths.some(([key, value]) => isKeyOf(key, registry) && holdsLogin(value))
      return others.length === auths.length ? undefined : others
    },
    signal,
  )
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

const LOGIN: ReadonlySet<string> = new Set(['auth', 'username', 'password', 'identitytoken', 'registrytoken'])

/** Whether there is more in an entry than that a helper holds its login. */
function holdsLogin(entry: unknown): boolean {
  return isObject(entry) ? Object.keys(entry).some((name) => LOGIN.has(name)) : true
}

function withoutLogin(entry: unknown): object {
  return Object.fromEntries(Object.entries(isObject(entry) ? entry : {}).filter(([name]) => !LOGIN.has(name)))
}
