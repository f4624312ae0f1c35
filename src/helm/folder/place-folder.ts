/** A complete folder under its name: in one step, and with nothing lost that had the name before. */
import { lstat, rename } from 'node:fs/promises'
import { codeOf } from '../../oras/errors/system-error.js'
import type { FolderHandle } from '../../oras/folder-handle.js'
import { removeFromFolder } from '../../oras/remove-from-folder.js'

/**
 * Gives a folder its name, if that is free. Whoever uses this library waits for the lock around this; of what another
 * program makes in the last moment, only an empty folder is replaced.
 *
 * @param taken Makes the error if it is not.
 */
export async function placeFolder(made: string, target: string, taken: (cause?: unknown) => Error): Promise<void> {
  if (await exists(target)) throw taken()
  try {
    await rename(made, target)
  } catch (cause) {
    throw (await isTaken(target, cause)) ? taken(cause) : cause
  }
}

/** How often somebody else may be faster. */
const ATTEMPTS = 10

/** Where what is replaced is moved to. */
interface Place {
  readonly folder: FolderHandle
  readonly name: string
}

/** Gives a folder its name, and moves what has the name to another place; if that fails, the old one is put back. */
export async function replaceFolder(made: string, target: string, { folder, name }: Place): Promise<void> {
  const aside = folder.at(name)
  for (let attempt = 1; ; attempt++) {
    // A link is moved itself, not what it leads to.
    const isAside = await rename(target, aside).then(() => true, unlessMissing)
    try {
      return await rename(made, target)
    } catch (cause) {
      if (attempt === ATTEMPTS || !(await isTaken(target, cause))) {
        if (isAside) await rename(aside, target)
        throw cause
      }
      // Somebody replaced the old one, too, and is replaced in turn.
      await removeFromFolder(folder, name)
    }
  }
}

const TAKEN: ReadonlySet<unknown> = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR'])

/** Whatever took the name may be gone by now, and on Windows the code says nothing. */
async function isTaken(target: string, cause: unknown): Promise<boolean> {
  return TAKEN.has(codeOf(cause)) || exists(target)
}

function unlessMissing(cause: unknown): false {
  if (codeOf(cause) !== 'ENOENT') throw cause
  return false
}

/** Tells whether anything has the name, a link to nowhere too. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
