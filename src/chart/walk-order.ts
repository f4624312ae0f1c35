/** The order in which Helm walks a folder, and in which everything that is packed is sorted. */

/**
 * Compares two paths as a walk meets them: folder by folder, each sorted by the bytes of the names in it, files and
 * folders mixed. JavaScript's own order, by UTF-16, is another one, and a locale's differs from machine to machine.
 */
export function compareWalkOrder(a: string, b: string): number {
  // No name holds a NUL, so with it for the slash a folder sorts by its name alone.
  return Buffer.compare(Buffer.from(a.replaceAll('/', '\0')), Buffer.from(b.replaceAll('/', '\0')))
}
