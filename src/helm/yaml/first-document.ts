/** Finds the first document of a YAML text, as go-yaml does: Helm reads only this one. */

/**
 * Gives the first document of a text, with `\n` as the line break. What follows the document is not checked, as in Helm.
 *
 * @throws {SyntaxError} with the message of go-yaml, if the text has control characters, or go-yaml refuses its directives.
 */
export function firstDocument(text: string): { source: string; hasMore: boolean } {
  // go-yaml refuses these everywhere, also in comments.
  if (/[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\uFFFE\uFFFF]/.test(text)) {
    throw new SyntaxError('control characters are not allowed')
  }
  // These are line breaks in YAML 1.1; a value has `\n` in their place. U+2028 and U+2029 stay as they are.
  // The decoder removes one byte order mark. go-yaml skips a second one, but counts it as a column.
  const lines = text.replace(/^\uFEFF/, ' ').replaceAll(/\r\n?|\u0085/g, '\n')
  const head = skipHead(lines)
  if (/^[ \t]+(?:%|---[ \t\n])/.test(lines.slice(head))) {
    throw new SyntaxError('mapping values are not allowed in this context')
  }
  if (/^\.\.\.(?:[ \t\n]|$)/.test(lines.slice(head, head + 4))) {
    throw new SyntaxError('did not find expected node content')
  }
  const content = head + (lines.startsWith('---', head) ? 3 : 0)
  const end = lines.slice(content).search(/\n(?:---|\.\.\.)(?=[ \t\n]|$)/)
  if (end < 0) return { source: lines, hasMore: false }
  const rest = lines.slice(content + end + 4)
  return { source: lines.slice(0, content + end + 1), hasMore: /^[ \t]*[^#\s]/m.test(rest) }
}

/** Finds where the comments and directives at the beginning end. */
function skipHead(lines: string): number {
  // Line by line: one regular expression over very many lines overflows the stack.
  const line = /(?:[ \t]*(?:#[^\n]*)?|%[^\n]*)\n/y
  let at = 0
  for (;;) {
    line.lastIndex = at
    const [found] = line.exec(lines) ?? []
    if (found === undefined) return at
    if (found.startsWith('%')) checkDirective(found.trimEnd())
    at += found.length
  }
}

function checkDirective(directive: string): void {
  const [name, version] = directive.split(/[ \t]+/)
  if (name === '%YAML' && version !== '1.1') throw new SyntaxError('found incompatible YAML document')
  if (name !== '%YAML' && name !== '%TAG') throw new SyntaxError('found unknown directive name')
}
