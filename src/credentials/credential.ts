/** Who the library is to a registry: a value, or a function that finds one. */

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
  const credential = typeof provider === 'function' ? await provider(target, { signal }) : provider
  if (credential !== undefined) checkCredential(credential)
  return credential
}

/** @throws {TypeError} if it is no credential; it is not shown. */
export function checkCredential(credential: unknown, name = 'credentials'): void {
  const fields = (typeof credential === 'object' && credential !== null ? credential : {}) as Record<string, unknown>
  const isText = (name: string): boolean => typeof fields[name] === 'string'
  // An empty password is one; a token is never empty, and goes into a header.
  const isToken = (name: string): boolean => isText(name) && /^[\x21-\x7e]+$/.test(fields[name] as string)
  if (isToken('registryToken') || (isText('identityToken') && fields['identityToken'] !== '')) return
  if (isText('username') && isText('password')) return
  throw new TypeError(`${name} must have a username and a password, an identityToken or a registryToken, each a text`)
}
