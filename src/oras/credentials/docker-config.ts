/** The format in which Docker keeps its logins, and Podman and Helm after it. */
import { CredentialError } from '../errors/oci-error.js'

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

/** @throws {CredentialError} if the text is no JSON object. */
export function parseObject(text: string, source: string): Readonly<Record<string, unknown>> {
  if (text.trim() === '') return {}
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
    hint: 'Repair it, or log in anew with the tool that wrote it.',
  })
}
