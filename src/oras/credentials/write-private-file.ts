/** Writes a file that only its owner can read; it is replaced in one step. */
import type { Stats } from 'node:fs'
import { type FileHandle, open, readlink, realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { codeOf } from '../errors/system-error.js'
import { makeStaging } from '../lock/staging.js'

const MAX_LINKS = 40

/** Follows all links of a path and returns the real path of the file, which need not exist yet. */
export async function followLink(path: string): Promise<string> {
  let at = below(process.cwd(), path)
  for (let links = 0; links < MAX_LINKS; links++) {
    try {
      return await realpath(at)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
    const folder = await realFolder(dirname(at))
    const target = await readlink(join(folder, basename(at))).catch(() => undefined)
    if (target === undefined) return join(folder, basename(at))
    at = below(folder, target)
  }
  throw new Error('it is a circle of links')
}

/** Joins without resolving `..`: after a link, it means another folder than the text says. */
function below(folder: string, path: string): string {
  return isAbsolute(path) ? path : `${folder}${sep}${path}`
}

/** The real path of a folder; parts that do not exist are appended. */
async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const parent = dirname(path)
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error
    return join(await realFolder(parent), basename(path))
  }
}

/**
 * Finds the owner of a file; `undefined` if it does not exist.
 *
 * @throws {Error} if it is not a file: a device that is replaced by a file would be lost for the whole machine.
 */
export async function findOwner(path: string): Promise<Stats | undefined> {
  const owner = await stat(path).catch(() => undefined)
  if (owner && !owner.isFile()) throw new Error('it is not a file')
  return owner
}

/**
 * Writes a file with mode 0600, in an existing folder. Readers see the old file or the new one. The text is written last,
 * right before the file gets its name.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const owner = await findOwner(path)
  const staging = await makeStaging(dirname(path))
  try {
    const written = join(staging.path, 'new')
    const file = await open(written, 'wx', 0o600)
    try {
      // If an administrator changes the file of a user, the user stays its owner.
      if (owner) await file.chown(owner.uid, owner.gid).catch(() => undefined)
      await file.writeFile(text)
      await sync(file)
    } finally {
      await file.close()
    }
    await rename(written, path)
  } finally {
    await staging.remove()
  }
}

/** Flushes the file to the disk; Node's permission model always forbids that. */
async function sync(file: FileHandle): Promise<void> {
  try {
    await file.sync()
  } catch (cause) {
    if (codeOf(cause) !== 'ERR_ACCESS_DENIED') throw cause
  }
}
