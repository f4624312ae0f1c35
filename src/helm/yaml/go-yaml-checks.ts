/** Checks for text that js-yaml accepts, and that go-yaml, which Helm uses, refuses or reads as something else. */

/** A part of a text, from its start to before its end; it starts at -1 where js-yaml found none. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/**
 * Refuses names of anchors that go-yaml does not know.
 *
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkAnchor(name: string): void {
  if (!/^[-\w]+$/.test(name)) throw new SyntaxError('did not find expected alphabetic or numeric character')
}

/**
 * Refuses tags that go-yaml does not know, or that it takes for longer ones, as `!a,` in brackets.
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
 * Refuses plain words in brackets and braces that go-yaml ends elsewhere: at a question mark, which is a key of its own
 * there; never at a colon right before a comma or a bracket, which belongs to the word; before a colon at the beginning.
 *
 * @throws {SyntaxError} with a message of our own: go-yaml reads such a word, but seldom as it was meant.
 */
export function checkFlowWord(source: string, { start, end }: TextRange): void {
  const word = source.slice(start, end)
  if (word.includes('?')) throw new SyntaxError('found a question mark in a word in brackets; put it in quotes')
  const isOdd = word.startsWith(':') || (word !== '' && /^:[,[\]{}]/.test(source.slice(end, end + 2)))
  if (isOdd) throw new SyntaxError('found a colon without a blank behind it in brackets')
}

/**
 * Refuses a mapping on the line of the key that it belongs to, which js-yaml allows behind an anchor or a tag.
 *
 * @param gap What stands between the key and the mapping.
 * @throws {SyntaxError} with the message of go-yaml.
 */
export function checkNested(gap: string): void {
  if (!gap.includes('\n')) throw new SyntaxError('mapping values are not allowed in this context')
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
