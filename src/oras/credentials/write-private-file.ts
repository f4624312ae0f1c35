/** A file that nobody else may read, replaced in one step. */
import { chown, mkdir, mkdtemp, readlink, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, sep } from 'node:path'
import { codeOf } from '../errors/system-error.js'

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
 * Writes a file with mode 0600, and its folder, if there is none, with mode 0700. Who looks at it meanwhile sees the old
 * file or the new one.
 */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  const owner = await stat(path).catch(() => undefined)
  // Replaced by a file, a device would be gone for the whole machine.
  if (owner && !owner.isFile()) throw new Error('it is not a file')
  const parent = dirname(path)
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(parent, '.oras-helm-'))
  try {
    const written = join(folder, 'new')
    await writeFile(written, text, { flag: 'wx', mode: 0o600, flush: true })
    // What an administrator changes for somebody stays theirs.
    if (owner) await chown(written, owner.uid, owner.gid).catch(() => undefined)
    await rename(written, path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
