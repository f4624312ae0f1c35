/** The types of credentials: a value, or a function that finds one. */
import type { OptionCheck } from '../errors/read-options.js'
import { isObject, wrongArgument } from '../errors/wrong-argument.js'

/** A user name and a password; many registries take an access token as the password. */
export interface PasswordCredential {
  /** The user name. */
  readonly username: string
  /** The password, or an access token. */
  readonly password: string
}

/** An OAuth2 refresh token (`identitytoken` in Docker's files): the token server exchanges it for access tokens. */
export interface IdentityTokenCredential {
  /** The refresh token; it is sent to the token server alone. */
  readonly identityToken: string
}

/** A bearer token that is sent to the registry as it is (`registrytoken` in Docker's files). */
export interface RegistryTokenCredential {
  /** The bearer token. */
  readonly registryToken: string
}

/** What a registry, or its token server, accepts as a login. */
export type Credential = PasswordCredential | IdentityTokenCredential | RegistryTokenCredential

/** The repository that credentials are needed for. */
export interface CredentialTarget {
  /** Host and port, as in the reference: `ghcr.io`, `localhost:5000`. */
  readonly registry: string
  /** The path in the registry: `acme/app`. */
  readonly repository: string
}

/** Finds the credential for a target; `undefined` if it has no credential for it. */
export type CredentialFunction = (
  target: CredentialTarget,
  options?: {
    /** Aborts when the call that needs the credential is cancelled. */
    readonly signal?: AbortSignal | undefined
  },
) => Promise<Credential | undefined> | Credential | undefined

/**
 * Where credentials come from: a value for the registry of the reference, `'anonymous'`, or a function that is called
 * when a registry has demanded a login.
 */
export type CredentialProvider = Credential | 'anonymous' | CredentialFunction

/**
 * Gets the credential of a provider, without a cache.
 *
 * @throws {TypeError} if the provider returns something else: a password of a variable that is not set, for example.
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
 * Checks a credential and returns only its members. If it holds several kinds, a registry token wins over an identity
 * token, and that over a password.
 *
 * @param name Names the credential in the message, which does not show its value.
 * @throws {TypeError} if it is not a credential.
 */
export function toCredential(given: unknown, name = 'credentials'): Credential {
  const members = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>
  const { registryToken, identityToken, username, password } = members
  if (isBearerToken(registryToken)) return { registryToken }
  if (typeof identityToken === 'string' && identityToken !== '') return { identityToken }
  // A password may be empty.
  if (typeof username === 'string' && typeof password === 'string') return { username, password }
  throw new TypeError(`${name} must have ${KINDS}${lackOf(given)}`)
}

const KINDS = 'a username and a password, an identityToken or a registryToken, each a string'

/** Names the member that is missing or of a wrong type, without its value. */
function lackOf(given: unknown): string {
  if (!isObject(given)) return ''
  const { username, password } = given
  if (username === undefined && password === undefined) return ''
  const [name, value] = typeof username === 'string' ? ['password', password] : ['username', username]
  return `: the ${name} is ${value === undefined ? 'undefined' : 'not a string'}`
}

/** Checks the option `credentials`; the result of a function is checked when it is called. */
export const checkProvider: OptionCheck = (value, what) => {
  if (value === 'anonymous' || typeof value === 'function') return
  if (!isObject(value)) throw wrongArgument(what, `'anonymous', a function, or an object with ${KINDS}`, value)
  const credential = toCredential(value, what)
  // As variables that are not set make them.
  if ('username' in credential && credential.username === '' && credential.password === '') {
    throw new TypeError(`${what} must have ${KINDS}: the username and the password are empty`)
  }
}

/** Tells whether a value can be sent in a header: other characters than printable ASCII could break out of it. */
export function isBearerToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)
}
