/** The files of a folder, to be compared with another folder. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { sha256 } from './digest-at.js'

/** The digest of each file by its path; nothing if there is no folder. */
export async function digestFiles(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const digests = files.map(async (path) => [relative(folder, path), sha256(await readFile(path))] as const)
  return Object.fromEntries(await Promise.all(digests))
}
