/** Removes what lies in a folder, and nothing that lies elsewhere. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './errors/system-error.js'
import type { FolderHandle } from './folder-handle.js'
import { Turns } from './turns.js'

/** How many steps of work an entry is, for the turns of the event loop. */
const STEPS = 20

/**
 * Removes an entry of a folder, with all that is in it; what is read-only in it is removed, too. Links are removed, not
 * followed, also those that another program puts in the place of a folder meanwhile: Node's `rm` looks for what is in a
 * folder by its path, and would remove what it finds behind such a link. Where descriptors have no paths, it still does.
 *
 * @param signal Ends it in between: what is left is for a later call.
 */
export async function removeFromFolder(parent: FolderHandle, name: string, signal?: AbortSignal): Promise<void> {
  if (!parent.isOpen) {
    parent.check()
    const path = parent.at(name)
    return rm(path, { recursive: true, force: true }).catch(async (cause: unknown) => {
      if (codeOf(cause) !== 'EACCES') throw cause
      await makeWritable(parent, path, new Turns())
      await rm(path, { recursive: true, force: true })
    })
  }
  if (removeOne(parent, name)) return
  await emptyFolder(parent, join(parent.path, name), new Turns(signal))
  parent.removeOne(name, true)
}

/** @param around Any folder that is held in the same way. */
async function emptyFolder(around: FolderHandle, path: string, turns: Turns): Promise<void> {
  const full: string[] = []
  const folder = around.open(path)
  try {
    folder.makeWritable()
    for (const entry of folder.list()) {
      await turns.take(STEPS)
      if (entry.isDirectory() || !removeOne(folder, entry.name)) full.push(entry.name)
    }
  } finally {
    folder.close()
  }
  if (full.length === 0) return
  for (const name of full) await emptyFolder(around, join(path, name), turns)
  // Once more, so that no more than one is open, however deep folders lie.
  const again = around.open(path)
  try {
    for (const name of full) {
      await turns.take(STEPS)
      again.removeOne(name, true)
    }
  } finally {
    again.close()
  }
}

/** Removes what is no folder, or an empty one; `false` if there is something in it. */
function removeOne(folder: FolderHandle, name: string): boolean {
  try {
    folder.removeOne(name, false)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    // What Linux says of a folder, and what POSIX wants.
    if (codeOf(error) !== 'EISDIR' && codeOf(error) !== 'EPERM') throw error
  }
  try {
    folder.removeOne(name, true)
    return true
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
    return false
  }
}

/** Lets the owner change what is in a folder, and in all folders in it. */
async function makeWritable(around: FolderHandle, path: string, turns: Turns): Promise<void> {
  const folder = around.open(path)
  folder.makeWritable()
  for (const entry of folder.list()) {
    await turns.take(STEPS)
    if (entry.isDirectory()) await makeWritable(around, join(path, entry.name), turns)
  }
}
