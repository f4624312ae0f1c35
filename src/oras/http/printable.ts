/** Text of strangers, as it may be shown in one line. */

/** Puts text on one line without control characters, and cuts it; what is no text is empty. */
export function printable(text: unknown, limit: number): string {
  if (typeof text !== 'string') return ''
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
