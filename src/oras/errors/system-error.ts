/** Errors of the disk, as Node throws them. */

const NOWHERE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'])

/** The system's code of an error, where it has one. */
export function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code
}

/** Tells the errors which say that there is nothing at a path. */
export function isNowhere(error: unknown): boolean {
  return NOWHERE.has(codeOf(error))
}
