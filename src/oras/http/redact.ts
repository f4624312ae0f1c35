/** What errors and events may show of URLs: nothing that can be a secret of the server's own. */

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
