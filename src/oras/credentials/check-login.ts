/** A login that somebody typed, as far as it can be checked without asking anybody. */
import type { PasswordCredential } from './credential.js'
import { TOKEN_USER } from './get-from-helper.js'

/**
 * Checks that a login can be sent and kept, and comes back as the same: the two parts are joined by a colon, a file pads
 * with NUL, and a helper has a name for what is no password.
 *
 * @throws {TypeError} if it cannot.
 */
export function checkLogin({ username, password }: PasswordCredential): PasswordCredential {
  if (typeof username !== 'string' || username === '') throw new TypeError('the user name must not be empty')
  if (typeof password !== 'string') throw new TypeError('the password must be a string')
  if (username.includes(':')) throw new TypeError('the user name must not have a colon in it')
  if (username === TOKEN_USER) throw new TypeError(`the user name must not be ${TOKEN_USER}`)
  if (Buffer.from(`${username} ${password}`).toString() !== `${username} ${password}`)
    throw new TypeError('the login must be well-formed Unicode')
  if (`${username}${password}`.includes('\0')) throw new TypeError('the login must not have a NUL in it')
  return { username, password }
}
