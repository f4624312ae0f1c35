/** The value of an Authorization header for a user name and a password. */
import type { PasswordCredential } from '../credentials/credential.js'

/** Writes it in UTF-8 (RFC 7617). */
export function formatBasic({ username, password }: PasswordCredential): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
