/** Text from a chart in a message: in quotes, and harmless to a terminal. */

/** Quotes text as Go's `%q` does, nearly: what does not print is written as an escape (CVE-2021-21303). */
export function quote(text: string): string {
  return JSON.stringify(text).replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) =>
    // Without the "u" flag this goes through the UTF-16 units, of which a character may have two.
    character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}
