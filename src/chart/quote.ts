/** Text from a chart in a message: in quotes, and harmless to a terminal. */

/** Quotes text as Go's `%q` does, nearly: what does not print is written as an escape (CVE-2021-21303). */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) =>
    Array.from(character, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  )
}
