/** Messages, which hold what strangers wrote: harmless to whoever shows them. */

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
