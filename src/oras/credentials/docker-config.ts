/** The format in which Docker keeps its logins, and Podman and Helm after it. */
import { CredentialError } from '../errors/oci-error.js'
import { type Credential, isBearerToken } from './credential.js'

/** What is in a file of logins; keys and values are as they were written, and not yet checked. */
export interface DockerConfig {
  /** The file or the variable, for messages. */
  readonly source: string
  readonly auths: Entries
  /** The names of the helpers for single registries. */
  readonly credHelpers: Entries
  /** The name of the helper for all registries. */
  readonly credsStore: unknown
}

/** The members of an object. No key of it, `__proto__` neither, is ever looked up by name. */
export type Entries = readonly (readonly [key: string, value: unknown])[]

/** Parses the text of `config.json` or `auth.json`; what is empty holds nothing. */
export function parseDockerConfig(text: string, source: string): DockerConfig {
  const config = parseObject(text, source)
  return {
    source,
    auths: entriesOf(config, 'auths', source),
    credHelpers: entriesOf(config, 'credHelpers', source),
    credsStore: memberOf(config, 'credsStore'),
  }
}

/** Parses the text of `.dockercfg`, which is what the others have under `auths`. */
export function parseLegacyConfig(text: string, source: string): DockerConfig {
  return { source, auths: Object.entries(parseObject(text, source)), credHelpers: [], credsStore: undefined }
}

// Hundreds of registries, with all that is known of each, are fewer; to parse a million would take long.
const MAX_VALUES = 10_000

/** Whether there may be more values in a JSON text: each but the first comes after one of these signs. */
function hasMoreValues(text: string, limit: number): boolean {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if ((sign === COMMA || sign === BRACKET || sign === BRACE) && ++count > limit) return true
  }
  return false
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b]

/** @throws {CredentialError} if the text is no JSON object. */
export function parseObject(text: string, source: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
  if (hasMoreValues(text, MAX_VALUES)) throw malformed(source, `it holds more than ${MAX_VALUES} values`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, and with it what should be secret.
    throw malformed(source, 'it is not JSON')
  }
  if (!isObject(value)) throw malformed(source, 'it is not an object')
  return value
}

/** The members of a member that is an object, if it is there. */
export function entriesOf(config: Readonly<Record<string, unknown>>, name: string, source: string): Entries {
  const value = memberOf(config, name)
  if (value === undefined) return []
  if (!isObject(value)) throw malformed(source, `"${name}" is not an object`)
  return Object.entries(value)
}

/** A member of its own; `null` counts as none, as it does for Go. */
export function memberOf(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(source: string, reason: string): CredentialError {
  return new CredentialError(`Cannot read the logins in ${source}: ${reason}`, {
    source,
    isGlobal: false,
    hint: 'Repair the file, or move it away and log in again.',
  })
}

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
      hint: 'Log in to the registry again.',
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
