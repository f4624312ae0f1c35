/** Anchors, tags, and words in brackets: where go-yaml, which Helm has, takes less than js-yaml, or something else. */

/** A part of a text; it begins at -1 if there is none. */
type Place = readonly [start: number, end: number]

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
export function checkTag(source: string, [start, end]: Place): void {
  if (start < 0) return
  const isPlain = /^!(?:<(?:[-\w;/?:@&=+$.,!~*'()[\]]|%[\da-f]{2})+>|(?:[-\w;/?:@&=+$.!~*'()]|%[\da-f]{2})*)$/i
  if (isPlain.test(source.slice(start, end)) && /[ \t\n]/.test(source[end] ?? '\n')) return
  throw new SyntaxError('did not find expected whitespace or line break')
}

/**
 * Refuses plain words in brackets and braces that go-yaml ends elsewhere: at a question mark, which is a key of its own
 * there; never at a colon right before a comma or a bracket, which belongs to the word; before a colon at the beginning.
 *
 * @throws {SyntaxError} because what it reads is seldom what is meant.
 */
export function checkFlowWord(source: string, [start, end]: Place): void {
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
