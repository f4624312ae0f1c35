/** How many tokens a YAML or JSON text has, before anything is parsed: time and memory go with them, not with the bytes. */

/** Bytes that separate or open values, or that js-yaml spends as much time on: `\t ! & , : [ {`. */
const SEPARATORS: ReadonlySet<number> = new Set(Array.from('\t!&,:[{', (character) => character.charCodeAt(0)))
/** Line breaks; the last is the second byte of U+0085, which is one to YAML. */
const LINE_BREAKS: ReadonlySet<number> = new Set([0x0a, 0x0d, 0x85])
/** A dash or a question mark counts if a blank, a line break or the end of its list follows. */
const ENDS: ReadonlySet<number> = new Set([...LINE_BREAKS, ...Array.from('\t ,]}', (end) => end.charCodeAt(0))])
const [OTHER, SEPARATOR, LINE_BREAK, BLANK, INDICATOR, HASH, QUOTE] = [0, 1, 2, 3, 4, 5, 6]

let classes: Uint8Array | undefined

function classifyBytes(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    if (SEPARATORS.has(byte)) return SEPARATOR
    if (LINE_BREAKS.has(byte)) return LINE_BREAK
    if (byte === 0x20) return BLANK
    const at = ['-?', '#', `"'`].findIndex((characters) => characters.includes(String.fromCharCode(byte)))
    return [INDICATOR, HASH, QUOTE][at] ?? OTHER
  })
}

let tokenBytes: Uint8Array | undefined

/** Counts every byte that may be a token, comments and all: several times as fast as {@link countTokens}, and no fewer. */
export function countPossibleTokens(bytes: Uint8Array): number {
  const counts = (tokenBytes ??= classifyBytes().map((found) =>
    Number([SEPARATOR, LINE_BREAK, INDICATOR].includes(found)),
  ))
  const countAt = (at: number): number => counts[bytes[at] as number] as number
  let count = 0
  const even = bytes.length - (bytes.length % 4)
  // Four at a time, which takes half as long.
  for (let at = 0; at < even; at += 4) count += countAt(at) + countAt(at + 1) + countAt(at + 2) + countAt(at + 3)
  for (let at = even; at < bytes.length; at++) count += countAt(at)
  return count
}

/** Counts no fewer tokens than there are; lines of comments, which cost next to nothing, count as one each. */
export function countTokens(bytes: Uint8Array): number {
  const classOf = (classes ??= classifyBytes())
  // In UTF-16, the bytes of a "#" may be those of something else.
  const hasComments = !(bytes[0] === 0xff && bytes[1] === 0xfe) && !(bytes[0] === 0xfe && bytes[1] === 0xff)
  let count = 0
  const { length } = bytes
  let isLineStart = true
  for (let at = 0; at < length;) {
    const byte = bytes[at++] as number
    const found = classOf[byte]
    if (found === OTHER) {
      isLineStart = false
      // Most of a text: as fast as can be.
      while (at < length && classOf[bytes[at] as number] === OTHER) at++
    } else if (found === LINE_BREAK) {
      count++
      isLineStart = true
    } else if (found === SEPARATOR) {
      count++
      if (byte !== 0x09) isLineStart = false
    } else if (found !== BLANK) {
      if (found === INDICATOR && (at === length || ENDS.has(bytes[at] as number))) count++
      // Within quotes, a line that begins with "#" is none: what follows the end of the quotes counts.
      if (found === HASH && isLineStart && hasComments) at = findEndOfComment(bytes, at, classOf)
      isLineStart = false
    }
  }
  return count
}

function findEndOfComment(bytes: Uint8Array, start: number, classOf: Uint8Array): number {
  let at = start
  for (; at < bytes.length; at++) {
    const found = classOf[bytes[at] as number]
    if (found === LINE_BREAK || found === QUOTE) break
  }
  return at
}
