/** Stores and erases logins where Docker does: in the helper of the registry, or in the file. */
import { askHelper, chooseHelper, getFromHelper, type Helper, helperError, TOKEN_USERNAME } from './ask-helper.js'
import type { PasswordCredential } from './credential.js'
import { isObject, parseDockerConfig } from './docker-config.js'
import { editAuths } from './edit-auths.js'
import { readConfig } from './read-config.js'
import { isKeyOf, serverAddress, serverAddresses } from './registry-key.js'
import type { HelperOptions } from './run-helper.js'

/** Where to store a login. */
interface StoreOptions extends HelperOptions {
  /** The Docker-format file that holds logins, or names the helpers that hold them. */
  readonly path: string
}

/**
 * Checks that a login is read back as it was stored. A colon joins the two parts, NULs at the end are padding, and one
 * user name means that the password is a token.
 *
 * @throws {TypeError} if it would be read back differently.
 */
export function checkLogin({ username, password }: PasswordCredential): PasswordCredential {
  for (const [name, value] of Object.entries({ username, password })) {
    const type = value === undefined ? 'undefined' : 'of another type'
    if (typeof value !== 'string') throw new TypeError(`the ${name} of the login must be a string, and is ${type}`)
  }
  if (username === '') throw new TypeError('the user name must not be empty')
  if (username.includes(':')) throw new TypeError('the user name must not have a colon in it')
  if (username === TOKEN_USERNAME) throw new TypeError(`the user name must not be ${TOKEN_USERNAME}`)
  if (Buffer.from(`${username} ${password}`).toString() !== `${username} ${password}`)
    throw new TypeError('the login must be well-formed Unicode')
  if (`${username}${password}`.includes('\0')) throw new TypeError('the login must not have a NUL in it')
  return { username, password }
}

/**
 * Stores a login.
 *
 * @returns the program of the helper, or the path of the file.
 * @throws {CredentialError} if the file is broken or cannot be written, or the helper is missing or fails.
 */
export async function storeCredential(
  registry: string,
  { username, password }: PasswordCredential,
  options: StoreOptions,
): Promise<string> {
  const { path, signal } = options
  const server = serverAddress(registry)
  const helper = chooseHelper(parseDockerConfig((await readConfig(path)) ?? '', path), registry)
  signal?.throwIfAborted()
  if (!helper) {
    const auth = Buffer.from(`${username}:${password}`).toString('base64')
    await editAuths(
      path,
      (auths) => {
        const old = auths.find(([key]) => key === server)?.[1]
        const entry = { ...withoutLogin(old), auth }
        // Under an older key of the registry, other tools would still find the old login.
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
  const request = { ...options, action: 'store', server, input } as const
  if ((await askHelper(helper, request)) === undefined) throw helperError(helper, request, 'it did not take it')
  // The helper holds the login now, so it is removed from the file.
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
 * Erases a login, under all keys of the registry. Logins for a path in the registry are kept.
 *
 * @returns the program of the helper and the path of the file, if they had a login.
 * @throws {CredentialError} if the file is broken or cannot be written, or the helper is missing or fails.
 */
export async function eraseCredential(registry: string, options: StoreOptions): Promise<readonly string[]> {
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
  for (const server of serverAddresses(registry)) {
    // Most helpers report success even if there was no login to erase.
    if ((await getFromHelper(helper, server, options)) === undefined) continue
    await askHelper(helper, { ...options, action: 'erase', server, input: server })
    isErased = true
  }
  return isErased
}

const LOGIN: ReadonlySet<string> = new Set(['auth', 'username', 'password', 'identitytoken', 'registrytoken'])

/** Tells whether an entry holds a login itself; otherwise a helper holds it. */
function holdsLogin(entry: unknown): boolean {
  return isObject(entry) ? Object.keys(entry).some((name) => LOGIN.has(name)) : true
}

function withoutLogin(entry: unknown): object {
  return Object.fromEntries(Object.entries(isObject(entry) ? entry : {}).filter(([name]) => !LOGIN.has(name)))
}
