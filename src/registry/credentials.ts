/** Who the library is to a registry: a value, or a function that finds one. */

/** A user name and a password; many registries take an access token as the password. */
export interface Credential {
  readonly username: string
  readonly password: string
}

/** What credentials are wanted for. */
export interface CredentialTarget {
  /** Host and port, as the reference has them: `ghcr.io`, `localhost:5000`. */
  readonly registry: string
  readonly repository: string
}

/**
 * Where credentials come from: a value that is used for the registry of the reference, `'anonymous'`, or a function
 * that is asked after a registry has demanded a login, and answers `undefined` for none.
 */
export type CredentialProvider =
  Credential | 'anonymous' | ((target: CredentialTarget) => Promise<Credential | undefined> | Credential | undefined)

/** Asks a provider; nothing is remembered. */
export async function findCredential(
  provider: CredentialProvider,
  target: CredentialTarget,
): Promise<Credential | undefined> {
  if (provider === 'anonymous') return undefined
  return typeof provider === 'function' ? provider(target) : provider
}

/** Writes a credential as the value of an Authorization header (RFC 7617, in UTF-8). */
export function formatBasic(credential: Credential): string {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`
}
