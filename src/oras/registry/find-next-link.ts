/** Reads Link: where the next page of a list is. */

// `<target> {; name = value}`, with a token or a quoted string. Some registries leave the brackets out. Whatever begins
// is ended by what cannot be in it, so that a hostile header costs no more than its length.
const LINK =
  /(?:<([^<>]*)>|([^\s<>;,"]+))((?:\s*;\s*[\w!#$%&'*+.^`|~-]*(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/gs
const PARAMETER = /;\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/gs

/**
 * Finds the target of the first link whose relation is `next`, also when several links, or several headers, were joined
 * by commas. It is returned as it was written, for it comes from an untrusted side.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8288#section-3
 */
export function findNextLink(header: string): string | undefined {
  for (const [, bracketed, bare, parameters = ''] of header.matchAll(LINK)) {
    const named = [...parameters.matchAll(PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel')
    const relations = (named?.[2] ?? named?.[3] ?? '').toLowerCase().split(/\s+/)
    if (relations.includes('next')) return bracketed ?? bare
  }
  return undefined
}
