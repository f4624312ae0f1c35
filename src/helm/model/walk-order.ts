/** The order in which Helm walks a folder, and in which everything that is packed is sorted. */

const SLASH = 0x2f

/**
 * Compares two paths as a walk meets them: folder by folder, each sorted by the bytes of the names in it, files and
 * folders mixed. JavaScript's own order, by UTF-16, is another one, and a locale's differs from machine to machine.
 */
export function compareWalkOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  // By code points, as UTF-8 has them: UTF-16 puts those beyond its first 65,536 in the middle of the others.
  const first = a.codePointAt(at) as number
  const second = b.codePointAt(at) as number
  // No name holds a NUL, so with it for the slash a folder sorts by its name alone.
  return (first === SLASH ? 0 : first) - (second === SLASH ? 0 : second)
}

/** How many steps of work it takes to compare or to check a path, or another text. */
export function stepsOf(text: string): number {
  return 0.2 + text.length / 500
}
