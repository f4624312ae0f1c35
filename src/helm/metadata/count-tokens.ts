/** How many tokens a YAML or JSON text has, before anything is parsed: time and memory go with them, not with the bytes. */

/** Bytes that separate or open values, or that js-yaml spends as much time on: `\t ! & , : [ {`. */
const SEPARATORS: ReadonlySet<number> = new Set(Array.from('\t!&,:[{', (character) => character.charCodeAt(0)))
/** Line breaks; the last is the second byte of U+0085, which is one to YAML. */
const LINE_BREAKS: ReadonlySet<number> = new Set([0x0a, 0x0d, 0x85])
/** A dash or a question mark counts if a blank, a line break or the end of its list follows. */
const ENDS: ReadonlySet<number> = new Set([...LINE_BREAKS, ...Array.from('\t ,]}', (end) => end.charCodeAt(0))])
const [OTHER, SEPARATOR, LINE_BREAK, BLANK, INDICATOR, HASH, QUOTE] = [0, 1, 2, 3, 4, 5, 6]

let classes: Uint8Array | undefined

function classify(): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    if (SEPARATORS.has(byte)) return SEPARATOR
    if (LINE_BREAKS.has(byte)) return LINE_BREAK
    if (byte === 0x20) return BLANK
    const at = ['-?', '#', `"'`].findIndex((characters) => characters.includes(String.fromCharCode(byte)))
    return [INDICATOR, HASH, QUOTE][at] ?? OTHER
  })
}

/** Counts no fewer tokens than there are; lines of comments, which cost next to nothing, count as one each. */
export function countTokens(bytes: Uint8Array): number {
  const classOf = (classes ??= classify())
  // In UTF-16, the bytes of a "#" may be those of something else.
  const hasComments = !(bytes[0] === 0xff && bytes[1] === 0xfe) && !(bytes[0] === 0xfe && bytes[1] === 0xff)
  let count = 0
  let isLineStart = true
  let isComment = false
  for (let at = 0; at < bytes.length; at++) {
    const found = classOf[bytes[at] as number]
    if (found === OTHER) {
      isLineStart = false
    } else if (found === LINE_BREAK) {
      count++
      isLineStart = true
      isComment = false
    } else if (isComment) {
      // Within quotes, a line that begins with "#" is none: what follows the end of the quotes counts.
      if (found === QUOTE) isComment = false
    } else if (found === SEPARATOR) {
      count++
      if (bytes[at] !== 0x09) isLineStart = false
    } else if (found !== BLANK) {
      if (found === INDICATOR && ENDS.has(bytes[at + 1] ?? 0x20)) count++
      if (found === HASH && isLineStart) isComment = hasComments
      isLineStart = false
    }
  }
  return count
}
