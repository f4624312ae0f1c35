/** The value of an Authorization header for a user name and a password. */

/** Writes it in UTF-8 (RFC 7617). */
export function formatBasic(login: { readonly username: string; readonly password: string }): string {
  const { username, password } = login
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
