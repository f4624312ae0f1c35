/** Reads Warning: what a registry wants the people behind a client to know. */

// A code, an agent, and a text in quotes, of which the last one may be cut off; or what stands between such: a date, for
// example. A header that is none of it is passed over piece by piece.
const PIECE =
  /(?<![^\s,])(\d{3}) +([^\s,"]+) +"((?:[^"\\]|\\.)*)(?:"|\\?$)|"(?:[^"\\]|\\.)*(?:"|\\?$)|[^\s,"]+|[\s,]+/gsu

// The distribution specification allows as much in all headers of an answer.
const MAX_LENGTH = 4096

/**
 * Lists the texts in the value of a `Warning` header, also of several headers that were joined by commas. Texts of other
 * codes than 299, which proxies and caches write, are left out.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#warnings
 */
export function parseWarnings(header: string): readonly string[] {
  const texts: string[] = []
  for (const [, code, , quoted = ''] of header.slice(0, MAX_LENGTH).matchAll(PIECE)) {
    const text = quoted.replace(/\\(.)/gsu, '$1')
    if (code === '299' && text.trim() !== '') texts.push(text)
  }
  return texts
}
