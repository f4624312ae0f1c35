/** The order in which Helm walks a folder; the files of an archive have the same order. */

const SLASH = 0x2f

/**
 * Compares two paths in the order of Go's filepath.Walk: folder by folder, files and folders sorted together by the bytes
 * of their names. JavaScript's `<` differs, because it compares UTF-16, and so does a locale's order.
 */
export function compareWalkOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  // Code points have the order of UTF-8; in UTF-16, surrogates sort before U+E000 to U+FFFF.
  const first = a.codePointAt(at) as number
  const second = b.codePointAt(at) as number
  // A slash sorts first, so that a folder is compared by its name alone.
  return (first === SLASH ? 0 : first) - (second === SLASH ? 0 : second)
}

/** Gives the cost of comparing or checking a path or another text, in steps of about a microsecond. */
export function stepsOf(text: string): number {
  return 0.2 + text.length / 500
}
