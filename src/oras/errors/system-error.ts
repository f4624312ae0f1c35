/** Errors of the system and of Node: what tells them apart is their code. */

const NOWHERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/**
 * The code of an error, `ENOENT` for example, or of what caused it: node-fetch puts it on its error, the global fetch on
 * the cause. Empty if there is none.
 */
export function codeOf(error: unknown): string {
  // Not `instanceof Error`: test runners with globals of their own would not know Node's errors.
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { readonly cause?: unknown }).cause) {
    const { code } = at as { readonly code?: unknown }
    if (typeof code === 'string') return code
  }
  return ''
}

/** Tells the errors which say that there is nothing at a path. */
export function isNowhere(error: unknown): boolean {
  return NOWHERE.has(codeOf(error))
}
