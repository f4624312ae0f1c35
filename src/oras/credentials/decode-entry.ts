/** The login in an entry of a Docker-format file. */
import { CredentialError } from '../errors/oci-error.js'
import { type Credential, isBearerToken } from './credential.js'
import { isObject, memberOf } from './docker-config.js'

// The 64 signs, and what pads them and breaks their lines.
const BASE64 = /^[A-Za-z0-9+/=\s]*$/

/**
 * Decodes an entry, the strongest login first: a token for the registry, a token for its token server, a password. What
 * else stands beside it often means nothing: beside a token, ACR writes a user name of zeros.
 *
 * @returns `undefined` for an entry that only says that a helper holds the login.
 * @throws {CredentialError} if it is none that Docker would take.
 */
export function decodeEntry(entry: unknown, registry: string, source: string): Credential | undefined {
  const refuse = (reason: string): CredentialError =>
    new CredentialError(`Cannot take the login to ${registry} from ${source}: ${reason}`, {
      source,
      isGlobal: false,
      hint: 'Log in to the registry anew.',
    })
  if (!isObject(entry)) throw refuse('its entry is not an object')
  const text = (name: string): string => {
    const value = memberOf(entry, name) ?? ''
    if (typeof value !== 'string') throw refuse(`"${name}" is not a string`)
    return value
  }

  const registryToken = text('registrytoken')
  if (registryToken !== '') {
    if (!isBearerToken(registryToken)) throw refuse('"registrytoken" is not a token')
    return { registryToken }
  }
  const identityToken = text('identitytoken')
  if (identityToken !== '') return { identityToken }

  const auth = text('auth')
  if (auth === '') {
    const [username, password] = [text('username'), text('password')]
    if (username === '' && password === '') return undefined
    if (username === '') throw refuse('it has a password, but no user name')
    return { username, password }
  }
  if (!BASE64.test(auth)) throw refuse('"auth" is not base64')
  // Docker padded what it stored, for some time.
  const login = trimNuls(Buffer.from(auth, 'base64').toString('utf8'))
  const colon = login.indexOf(':')
  if (colon <= 0) throw refuse('"auth" does not hold a user name and a password')
  return { username: login.slice(0, colon), password: login.slice(colon + 1) }
}

function trimNuls(text: string): string {
  let end = text.length
  while (text[end - 1] === '\0') end--
  return text.slice(0, end)
}
