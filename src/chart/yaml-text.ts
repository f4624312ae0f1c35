/** The text of a YAML file: where the parser of go-yaml, which Helm has, and the one of js-yaml see different things. */

import { trimText } from './trim-text.js'

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
export function firstDocument(text: string): string {
  // All of these end a line in YAML 1.1, and become this one in every value.
  const lines = text.replaceAll(/\r\n?|\u0085/g, '\n')
  const head = skipHead(lines)
  if (/^\.\.\.(?:[ \t\n]|$)/.test(lines.slice(head, head + 4))) {
    throw new SyntaxError('did not find expected node content')
  }
  const content = head + (lines.startsWith('---', head) ? 3 : 0)
  const end = lines.slice(content).search(/\n(?:---|\.\.\.)(?=[ \t\n]|$)/)
  return end < 0 ? lines : lines.slice(0, content + end + 1)
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
 * Refuses tabs at the beginning of lines, even of empty ones, as go-yaml does outside of quotes and brackets; in
 * brackets, js-yaml has refused them already.
 *
 * @param quotes In the order of the text.
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkTabs(source: string, quotes: readonly TextRange[]): void {
  const tabs = [...source.matchAll(/(?<=^|\n)\t/g)].map(({ index }) => index)
  if (tabs.length === 0) return
  let next = 0
  for (const tab of tabs) {
    while ((quotes[next]?.end ?? Infinity) <= tab) next += 1
    if ((quotes[next]?.start ?? Infinity) < tab) continue
    const line = source.slice(0, tab).split('\n').length
    throw new SyntaxError(`line ${line}: found a tab character that violates indentation`)
  }
}

/**
 * Refuses line breaks that only YAML 1.1 has, in plain text: what follows them there seldom fits.
 *
 * @throws {SyntaxError} if there is one.
 */
export function checkPlain(raw: string): void {
  if (/[\u2028\u2029]/.test(raw)) throw new SyntaxError('found U+2028 or U+2029, which end a line, outside of quotes')
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

/** Takes away the blanks around line breaks that only YAML 1.1 has, in quotes; these breaks are kept in the text. */
export function foldSeparators(raw: string): string {
  const lines = raw.split(/([\u2028\u2029])/)
  const last = lines.length - 1
  // Blanks at the beginning and at the end of the whole text belong to it.
  const sides = lines.map((_, at) => ({ start: at > 0, end: at < last }))
  return lines.map((line, at) => trimText(line, /[ \t]/, sides[at])).join('')
}

/** At the end of a file without a line break, js-yaml adds one to the text of a block scalar, and go-yaml does not. */
export function endBlockScalar(text: string, raw: string): string {
  return text.endsWith('\n') && !/\n[ \t]*$/.test(raw) ? text.slice(0, -1) : text
}
