/** A file that nobody else may read, replaced in one step. */
import type { Stats } from 'node:fs'
import { type FileHandle, open, readlink, realpath, rename, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { codeOf } from '../errors/system-error.js'
import { makeStaging } from '../lock/staging.js'

const MAX_LINKS = 40

/** Where a path leads: the file behind all links, also if it is not there yet, by the one name that it has. */
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

/** Joins without taking `..` away: behind a link, it is another folder than it looks. */
function below(folder: string, path: string): string {
  return isAbsolute(path) ? path : `${folder}${sep}${path}`
}

/** The real path of a folder, as far as it is there. */
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
 * Looks whose file it is, if it is there.
 *
 * @throws {Error} if it is something else: replaced by a file, a device would be gone for the whole machine.
 */
export async function findOwner(path: string): Promise<Stats | undefined> {
  const owner = await stat(path).catch(() => undefined)
  if (owner && !owner.isFile()) throw new Error('it is not a file')
  return owner
}

/**
 * Writes a file with mode 0600, in a folder that is there. Who looks at it meanwhile sees the old file or the new one. What
 * is secret is written last, right before the file gets its name.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const owner = await findOwner(path)
  const staging = await makeStaging(dirname(path))
  try {
    const written = join(staging.path, 'new')
    const file = await open(written, 'wx', 0o600)
    try {
      // What an administrator changes for somebody stays theirs.
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

/** Node's permission model forbids it, whatever else is allowed. */
async function sync(file: FileHandle): Promise<void> {
  try {
    await file.sync()
  } catch (cause) {
    if (codeOf(cause) !== 'ERR_ACCESS_DENIED') throw cause
  }
}
