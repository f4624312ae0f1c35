/** The format of Docker's `config.json`, which Podman and Helm use too. */
import { CredentialError } from '../errors/oci-error.js'
import { type Credential, isBearerToken } from './credential.js'

/** The content of a credentials file; keys and values are as in the file, and not yet checked. */
export interface DockerConfig {
  /** The path of the file, or the name of the variable, for messages. */
  readonly source: string
  /** The logins. */
  readonly auths: Entries
  /** The names of the helpers for single registries. */
  readonly credHelpers: Entries
  /** The name of the helper for all registries. */
  readonly credsStore: unknown
}

/** The members of an object as a list. Keys are untrusted (`__proto__`), so they are never looked up by name. */
export type Entries = readonly (readonly [key: string, value: unknown])[]

/** Parses the text of `config.json` or `auth.json`; it may be empty. */
export function parseDockerConfig(text: string, source: string): DockerConfig {
  const config = parseObject(text, source)
  return {
    source,
    auths: entriesOf(config, 'auths', source),
    credHelpers: entriesOf(config, 'credHelpers', source),
    credsStore: memberOf(config, 'credsStore'),
  }
}

/** Parses the text of `.dockercfg`, which holds what the others have under `auths`. */
export function parseLegacyConfig(text: string, source: string): DockerConfig {
  return { source, auths: Object.entries(parseObject(text, source)), credHelpers: [], credsStore: undefined }
}

// More than hundreds of registries need; to parse a million values would take long.
const MAX_VALUES = 10_000

/** Tells whether a JSON text may have more values than the limit: each value but the first comes after one of these signs. */
function hasMoreValues(text: string, limit: number): boolean {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if ((sign === COMMA || sign === BRACKET || sign === BRACE) && ++count > limit) return true
  }
  return false
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b]

/**
 * Parses a JSON object.
 *
 * @throws {CredentialError} if the text is not a JSON object.
 */
export function parseObject(text: string, source: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
  if (hasMoreValues(text, MAX_VALUES)) throw malformed(source, `it holds more than ${MAX_VALUES} values`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the text, which may hold a secret.
    throw malformed(source, 'it is not JSON')
  }
  if (!isObject(value)) throw malformed(source, 'it is not an object')
  return value
}

/**
 * Lists the members of a member that is an object; an empty list if it is missing. Of several spellings of its name, all
 * count, as in Go.
 */
export function entriesOf(config: Readonly<Record<string, unknown>>, name: string, source: string): Entries {
  const entries = new Map<string, unknown>()
  for (const [key, value] of Object.entries(config)) {
    if (!isSameName(key, name)) continue
    if (value === null) entries.clear()
    else if (!isObject(value)) throw malformed(source, `"${name}" is not an object`)
    else for (const [member, each] of Object.entries(value)) entries.set(member, each)
  }
  return [...entries]
}

/** Reads an own member, in any case as Go does; the last one counts, and `null` counts as missing. */
export function memberOf(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.entries(object).findLast(([key, value]) => value !== null && isSameName(key, name))?.[1]
}

/** Tells whether Go takes two names of JSON members for the same: letters may be in the other case. */
export function isSameName(one: string, other: string): boolean {
  return one === other || (one.length === other.length && foldCase(one) === foldCase(other))
}

/** Go takes the long s for an s, too; the Kelvin sign becomes a k in lower case. */
function foldCase(name: string): string {
  return name.replaceAll('\u017f', 's').toLowerCase()
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

// The base64 alphabet, padding and line breaks.
const BASE64 = /^[A-Za-z0-9+/=\s]*$/

/**
 * Decodes an entry of the file. A registry token is preferred to an identity token, and an identity token to a password,
 * because some registries write a meaningless user name next to a token (ACR: zeros).
 *
 * @returns `undefined` for an entry without a login: a helper holds it.
 * @throws {CredentialError} if Docker would not accept the entry.
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
  // Some versions of Docker padded the text with NULs.
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
