/** Blanks off both ends of a text, in a time that grows with the text alone. */

/**
 * Takes off what fits the pattern, character by character, at both ends unless told. A regular expression for the end of a text
 * would try every run of blanks again from each of its characters, and hostile texts have long ones.
 */
export function trimText(text: string, blank: RegExp, sides = { start: true, end: true }): string {
  let [start, end] = [0, text.length]
  while (sides.start && start < end && blank.test(text[start] as string)) start += 1
  while (sides.end && end > start && blank.test(text[end - 1] as string)) end -= 1
  return text.slice(start, end)
}
