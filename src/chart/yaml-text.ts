/** The text of a YAML file: where the parser of go-yaml, which Helm has, and the one of js-yaml see different things. */

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
  const head = /^\uFEFF?(?:(?:[ \t]*(?:#[^\n]*)?|%[^\n]*)\n)*---(?=[ \t\n]|$)/.exec(lines)?.[0] ?? ''
  for (const [directive] of head.matchAll(/^%.*/gm)) checkDirective(directive)
  if (/^\uFEFF?(?:[ \t]*(?:#[^\n]*)?\n)*\.\.\.(?=[ \t\n]|$)/.test(lines)) {
    throw new SyntaxError('did not find expected node content')
  }
  const end = lines.slice(head.length).search(/\n(?:---|\.\.\.)(?=[ \t\n]|$)/)
  return end < 0 ? lines : lines.slice(0, head.length + end + 1)
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

/** At the end of a file without a line break, js-yaml adds one to the text of a block scalar, and go-yaml does not. */
export function endBlockScalar(text: string, raw: string): string {
  return text.endsWith('\n') && !/\n[ \t]*$/.test(raw) ? text.slice(0, -1) : text
}
