/** Removes from URLs what may be a secret, before errors and events show them. */

const SHOWN_KEYS = new Set(['digest', 'from', 'last', 'mount', 'n', 'scope', 'service'])

/**
 * Removes user, password and fragment from a URL, and replaces the values of all query keys that are not known to be
 * harmless. The rest stays percent-encoded, so that no value can break out of its line.
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
  if (SHOWN_KEYS.has(key)) return pair
  // A key without a value may be a secret too.
  return value === undefined ? 'REDACTED' : `${key}=REDACTED`
}
