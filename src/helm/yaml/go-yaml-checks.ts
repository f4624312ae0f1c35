/** Checks for text that js-yaml accepts, but go-yaml, which Helm uses, refuses or reads in another way. */

/** A part of a text: from `start` to before `end`. A tag or an anchor that is not there starts at -1. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/**
 * Refuses names of anchors that go-yaml does not allow.
 *
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkAnchor(name: string): void {
  if (!/^[-\w]+$/.test(name)) throw new SyntaxError('did not find expected alphabetic or numeric character')
}

/**
 * Refuses tags that go-yaml does not allow, or that end elsewhere in go-yaml, such as `!a,` in brackets.
 *
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkTag(source: string, { start, end }: TextRange): void {
  if (start < 0) return
  const isPlain = /^!(?:<(?:[-\w;/?:@&=+$.,!~*'()[\]]|%[\da-f]{2})+>|(?:[-\w;/?:@&=+$.!~*'()]|%[\da-f]{2})*)$/i
  if (isPlain.test(source.slice(start, end)) && /[ \t\n]/.test(source[end] ?? '\n')) return
  throw new SyntaxError('did not find expected whitespace or line break')
}

/**
 * Refuses plain scalars in brackets and braces that end elsewhere in go-yaml: it ends them at a question mark and before a
 * leading colon, but not at a colon right before a comma or a bracket.
 *
 * @throws {SyntaxError} with a message of our own: go-yaml accepts such a scalar, but seldom reads what was meant.
 */
export function checkFlowWord(source: string, { start, end }: TextRange): void {
  const word = source.slice(start, end)
  if (word.includes('?')) throw new SyntaxError('found a question mark in a word in brackets; put it in quotes')
  const isOdd = word.startsWith(':') || (word !== '' && /^:[,[\]{}]/.test(source.slice(end, end + 2)))
  if (isOdd) throw new SyntaxError('found a colon without a blank behind it in brackets')
}

/**
 * Refuses a block mapping that begins on the line of its key, which js-yaml allows after an anchor or a tag.
 *
 * @param gap The text between the key and the mapping.
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkNested(gap: string): void {
  if (!gap.includes('\n')) throw new SyntaxError('mapping values are not allowed in this context')
}

/**
 * Refuses, outside of quotes, tabs at the beginning of lines, also of empty ones, and U+2028 and U+2029, which go-yaml
 * takes for line breaks, also in comments. Tabs in brackets are already refused by js-yaml.
 *
 * @param quotes The quoted texts, in their order.
 * @throws {SyntaxError} with the message of go-yaml, where it has one.
 */
export function checkOutsideQuotes(source: string, quotes: readonly TextRange[]): void {
  // Almost no text has one, and the pattern below is slow.
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
 * Refuses a tab at the beginning of a block scalar, unless its header has an indentation indicator.
 *
 * @param start Where the text of the scalar begins, on the line after its header.
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
 * Refuses escapes in double quotes that go-yaml does not allow.
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
