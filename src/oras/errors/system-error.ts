/** Errors of the system and of Node: what tells them apart is their code. */

const NOWHERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

const MAX_CAUSES = 10

/**
 * The code of an error, `ENOENT` for example, or of what caused it: node-fetch puts it on its error, the global fetch on
 * the cause. Empty if no code is found.
 */
export function codeOf(error: unknown): string {
  // Not `instanceof Error`: test runners with globals of their own would not know Node's errors.
  let at = error
  // Causes may go round in a circle.
  for (let depth = 0; depth < MAX_CAUSES && typeof at === 'object' && at !== null; depth++) {
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown }
    if (typeof code === 'string') return code
    at = cause
  }
  return ''
}

/** Tells the errors which say that there is nothing at a path. */
export function isNowhere(error: unknown): boolean {
  return NOWHERE.has(codeOf(error))
}
