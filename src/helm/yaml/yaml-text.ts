/** The text of a YAML file: where the parser of go-yaml, which Helm has, and the one of js-yaml see different things. */

import { trimText } from '../model/trim-text.js'

/** A part of a text, from its start to before its end. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/**
 * Gives the first document of a text as js-yaml has to see it. Helm never looks at what follows, so that need not even
 * be YAML.
 *
 * @throws {SyntaxError} with the message of go-yaml, if it would not begin to read the document.
 */
export function firstDocument(text: string): { source: string; hasMore: boolean } {
  // go-yaml allows these nowhere, not even in comments.
  if (/[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\uFFFE\uFFFF]/.test(text)) {
    throw new SyntaxError('control characters are not allowed')
  }
  // All of these end a line in YAML 1.1, and become this one in every value.
  const lines = text.replaceAll(/\r\n?|\u0085/g, '\n')
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
  // A line each, and not all of them at once: for very many, that would need too much stack.
  const line = /(?:[ \t]*(?:#[^\n]*)?|%[^\n]*)\n/y
  let at = lines.startsWith('\uFEFF') ? 1 : 0
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

/**
 * Refuses what go-yaml refuses, or reads otherwise, outside of quotes: tabs at the beginning of lines, even of empty
 * ones, and line breaks that only YAML 1.1 has: what follows them there seldom fits, also in comments. In brackets,
 * js-yaml has refused such tabs already.
 *
 * @param quotes In the order of the text.
 * @throws {SyntaxError} with the message of go-yaml, where it has one.
 */
export function checkOutsideQuotes(source: string, quotes: readonly TextRange[]): void {
  // Hardly any text has one, and the pattern below looks back at every character.
  if (!/[\t\u2028\u2029]/.test(source)) return
  let next = 0
  for (const { index } of source.matchAll(/(?<=^|\n)\t|[\u2028\u2029]/g)) {
    while ((quotes[next]?.end ?? Infinity) <= index) next += 1
    if ((quotes[next]?.start ?? Infinity) <= index) continue
    const line = source.slice(0, index).split('\n').length
    const what =
      source[index] === '\t' ? 'a tab character that violates indentation' : 'U+2028 or U+2029 outside of quotes'
    throw new SyntaxError(`line ${line}: found ${what}`)
  }
}

/**
 * Refuses a tab where the indentation of a block scalar has to show, unless its head says how wide it is.
 *
 * @param start Where the text of the scalar begins, on the line behind its head.
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkBlockScalar(source: string, start: number): void {
  const content = /[^ \n]/g
  content.lastIndex = start
  if (content.exec(source)?.[0] !== '\t') return
  const head = source.slice(source.lastIndexOf('\n', start - 2) + 1, start)
  if (/[|>][-+]?[1-9]/.test(head)) return
  throw new SyntaxError('found a tab character where an indentation space is expected')
}

/**
 * Refuses escapes in double quotes that go-yaml does not know.
 *
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkEscapes(raw: string): void {
  if (!raw.includes('\\')) return
  const escapes = raw.replaceAll('\\\\', '')
  if (escapes.includes('\\/')) throw new SyntaxError('found unknown escape character')
  if (/\\(?:u|U0000)[dD][89a-fA-F]/.test(escapes)) {
    throw new SyntaxError('found invalid Unicode character escape code')
  }
}

/**
 * Writes quotes as js-yaml has to see them: without the blanks around line breaks that only YAML 1.1 has, which are kept
 * in the text, and with escapes for the empty lines behind an escaped line break, which js-yaml passes over.
 */
export function foldQuotes(raw: string, isDouble: boolean): string {
  if (!/[\u2028\u2029]|\\\n/.test(raw)) return raw
  const lines = raw.split(/([\u2028\u2029])/)
  const last = lines.length - 1
  // Blanks at the beginning and at the end of the whole text belong to it.
  const sides = lines.map((_, at) => ({ start: at > 0, end: at < last }))
  const folded = lines.map((line, at) => trimText(line, /[ \t]/, sides[at])).join('')
  if (!isDouble) return folded
  return folded.replaceAll(/\\(?:\n[ \t\n]*|[^])/g, (escape) => {
    const empty = escape.split('\n').length - 2
    return empty > 0 ? '\\n'.repeat(empty) : escape
  })
}

/** At the end of a file without a line break, js-yaml adds one to the text of a block scalar, and go-yaml does not. */
export function endBlockScalar(text: string, raw: string): string {
  return text.endsWith('\n') && !/\n[ \t]*$/.test(raw) ? text.slice(0, -1) : text
}
