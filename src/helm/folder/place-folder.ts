/** Moves a complete folder to its final path in one step, without losing what was there before. */
import { lstat, rename } from 'node:fs/promises'
import { codeOf } from '../../oras/errors/system-error.js'
import type { FolderHandle } from '../../oras/folder-handle.js'
import { removeFromFolder } from '../../oras/remove-from-folder.js'

/**
 * Renames a folder to a path where nothing exists. Other calls of this library wait for the lock around this; if another
 * program makes something at the path at the last moment, only an empty folder is replaced.
 *
 * @param taken Creates the error for a path where something exists.
 */
export async function placeFolder(made: string, target: string, taken: (cause?: unknown) => Error): Promise<void> {
  if (await exists(target)) throw taken()
  try {
    await rename(made, target)
  } catch (cause) {
    throw (await isTaken(target, cause)) ? taken(cause) : cause
  }
}

/** How often another program may make something at the path before this one. */
const ATTEMPTS = 10

/** Where the replaced folder is moved to. */
interface Place {
  readonly folder: FolderHandle
  readonly name: string
}

/** Renames a folder to a path, after moving away what is there; if the rename fails, that is moved back. */
export async function replaceFolder(made: string, target: string, { folder, name }: Place): Promise<void> {
  const aside = folder.at(name)
  for (let attempt = 1; ; attempt++) {
    // A rename moves a link itself, not its target.
    const isAside = await rename(target, aside).then(() => true, unlessMissing)
    try {
      return await rename(made, target)
    } catch (cause) {
      if (attempt === ATTEMPTS || !(await isTaken(target, cause))) {
        if (isAside) await rename(aside, target)
        throw cause
      }
      // Another program made something at the path meanwhile; the next attempt replaces that.
      await removeFromFolder(folder, name)
    }
  }
}

const TAKEN: ReadonlySet<unknown> = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR'])

/** Tells whether a rename failed because something is at the path; on Windows, the code does not tell. */
async function isTaken(target: string, cause: unknown): Promise<boolean> {
  return TAKEN.has(codeOf(cause)) || exists(target)
}

function unlessMissing(cause: unknown): false {
  if (codeOf(cause) !== 'ENOENT') throw cause
  return false
}

/** Tells whether anything is at a path; a broken link counts. */
export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
