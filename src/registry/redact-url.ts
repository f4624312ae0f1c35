/** URLs as they may appear in errors: without userinfo, and without the values that can be secrets. */

const HARMLESS = new Set(['digest', 'from', 'last', 'mount', 'n', 'scope', 'service'])

/** Replaces the values of all query keys that are not known to be harmless, and drops user, password and fragment. */
export function redactUrl(url: URL): string {
  const shown = new URL(url)
  shown.username = ''
  shown.password = ''
  shown.hash = ''
  shown.search = ''
  const query = [...url.searchParams].map(([key, value]) => `${key}=${HARMLESS.has(key) ? value : 'REDACTED'}`)
  return query.length > 0 ? `${shown.href}?${query.join('&')}` : shown.href
}
