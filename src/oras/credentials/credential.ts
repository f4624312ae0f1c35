/** Who the library is to a registry: a value, or a function that finds one. */
import type { OptionCheck } from '../errors/read-options.js'
import { isObject, wrongArgument } from '../errors/wrong-argument.js'

/** A user name and a password; many registries take an access token as the password. */
export interface PasswordCredential {
  readonly username: string
  readonly password: string
}

/** An OAuth2 refresh token, which Docker's files call `identitytoken`: the token server gives access tokens for it. */
export interface IdentityTokenCredential {
  readonly identityToken: string
}

/** A bearer token that is sent to the registry as it is, which Docker's files call `registrytoken`. */
export interface RegistryTokenCredential {
  readonly registryToken: string
}

/** What a registry, or its token server, takes for a login. */
export type Credential = PasswordCredential | IdentityTokenCredential | RegistryTokenCredential

/** What credentials are wanted for. */
export interface CredentialTarget {
  /** Host and port, as the reference has them: `ghcr.io`, `localhost:5000`. */
  readonly registry: string
  readonly repository: string
}

/** Finds the credential of a target, `undefined` if there is none. */
export type CredentialFunction = (
  target: CredentialTarget,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<Credential | undefined> | Credential | undefined

/**
 * Where credentials come from: a value that is used for the registry of the reference, `'anonymous'`, or a function
 * that is asked after a registry has demanded a login.
 */
export type CredentialProvider = Credential | 'anonymous' | CredentialFunction

/**
 * Asks a provider; nothing is remembered.
 *
 * @throws {TypeError} if what it gives is no credential: a variable that is not set, for example.
 */
export async function findCredential(
  provider: CredentialProvider,
  target: CredentialTarget,
  signal?: AbortSignal,
): Promise<Credential | undefined> {
  if (provider === 'anonymous') return undefined
  const found = typeof provider === 'function' ? await provider(target, { signal }) : provider
  return found === undefined ? undefined : toCredential(found)
}

/**
 * Takes what somebody gives for a credential: of several kinds the strongest that is there, for a member that is not set
 * is none.
 *
 * @param name For the message, which shows nothing of it.
 * @throws {TypeError} if it is no credential.
 */
export function toCredential(given: unknown, name = 'credentials'): Credential {
  const members = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>
  const { registryToken, identityToken, username, password } = members
  if (isBearerToken(registryToken)) return { registryToken }
  if (typeof identityToken === 'string' && identityToken !== '') return { identityToken }
  // An empty password is one.
  if (typeof username === 'string' && typeof password === 'string') return { username, password }
  throw new TypeError(`${name} must have ${KINDS}${lackOf(given)}`)
}

const KINDS = 'a username and a password, an identityToken or a registryToken, each a string'

/** Says what is missing: the names of members and types, and no value. */
function lackOf(given: unknown): string {
  if (!isObject(given)) return ''
  const { username, password } = given
  if (username === undefined && password === undefined) return ''
  const [name, value] = typeof username === 'string' ? ['password', password] : ['username', username]
  return `: the ${name} is ${value === undefined ? 'undefined' : 'not a string'}`
}

/** Checks the option credentials; what a function gives is checked when it is asked. */
export const checkProvider: OptionCheck = (value, what) => {
  if (value === 'anonymous' || typeof value === 'function') return
  if (!isObject(value)) throw wrongArgument(what, `'anonymous', a function, or an object with ${KINDS}`, value)
  toCredential(value, what)
}

/** Tells whether it can go into a header as it is: anything outside printable ASCII could break out of it. */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}
