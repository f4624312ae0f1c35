/** What errors and events may show of URLs, and of what servers write: nothing that can be a secret. */
import { parseBasic } from './basic-login.js'

const HARMLESS = new Set(['digest', 'from', 'last', 'mount', 'n', 'scope', 'service'])

/**
 * Replaces the values of all query keys that are not known to be harmless, and drops user, password and fragment. What
 * is left stays percent-encoded, so that no value can break out of its line.
 */
export function redactUrl(url: URL): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  shown.hash = ''
  shown.search = ''
  if (url.search === '') return shown.href
  return `${shown.href}?${url.search.slice(1).split('&').map(redactPair).join('&')}`
}

function redactPair(pair: string): string {
  const [key = '', value] = pair.split('=', 2)
  if (HARMLESS.has(key)) return pair
  // A word alone can be a secret too.
  return value === undefined ? 'REDACTED' : `${key}=REDACTED`
}

/** What was sent and must not be shown. */
export interface SentSecrets {
  /** The Authorization header. */
  readonly authorization?: string | undefined
  readonly secrets?: readonly string[] | undefined
}

/**
 * Replaces the secrets, and the password that is coded in a Basic login, by `REDACTED`: servers that are being debugged
 * echo what they got.
 */
export function redactSecrets(text: string, { authorization = '', secrets = [] }: SentSecrets): string {
  const [, secret = ''] = authorization.split(' ')
  const password = parseBasic(authorization)?.password ?? ''
  return [secret, password, ...secrets].reduce(
    (redacted, each) => (each === '' ? redacted : redacted.replaceAll(each, 'REDACTED')),
    text,
  )
}
