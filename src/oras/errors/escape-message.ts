/** Text from outside in messages: escaped, so that it cannot drive a terminal. */

// Characters of a message, of which the reason stands at the end.
const MAX_MESSAGE = 4000
const MAX_END = 1000

/** Escapes what drives terminals or turns the line around, and cuts what is endless. */
export function escapeMessage(message: string): string {
  const escaped = shorten(message).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u${character.codePointAt(0)?.toString(16).padStart(4, '0')}`
  })
  return shorten(escaped)
}

function shorten(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - MAX_END - 1)}…${text.slice(-MAX_END)}` : text
}

/**
 * Quotes text nearly as Go's `%q` does. Characters that do not print are escaped (CVE-2021-21303), and a text that is
 * longer than a message is cut.
 */
export function quote(text: string): string {
  return JSON.stringify(shorten(text)).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) =>
    // Without the "u" flag this goes through the UTF-16 units, of which a character may have two.
    character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}

/** Puts foreign text on one line, without control characters, and cuts it; a value that is not a string becomes an empty one. */
export function printable(text: unknown, limit: number): string {
  if (typeof text !== 'string') return ''
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
