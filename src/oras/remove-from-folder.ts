/** Removes files and folders in a folder, and never anything outside of it. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './errors/system-error.js'
import type { FolderHandle } from './folder-handle.js'
import { Turns } from './turns.js'

/** How many steps of {@link Turns} an entry counts as. */
const STEPS = 20

/**
 * Removes an entry of a folder, with everything in it, also if it is read-only. Links are removed, not followed. If another
 * program replaces a folder by a link in between, Node's `rm` would follow it, because it works by paths; this does not.
 * On systems where {@link FolderHandle} has no descriptor, `rm` is used nevertheless.
 *
 * @param signal Stops it; the rest is left for a later call.
 */
export async function removeFromFolder(parent: FolderHandle, name: string, signal?: AbortSignal): Promise<void> {
  if (!parent.hasDescriptor) {
    parent.check()
    const path = parent.at(name)
    return rm(path, { recursive: true, force: true }).catch(async (cause: unknown) => {
      if (codeOf(cause) !== 'EACCES') throw cause
      await makeWritable(parent, path, new Turns())
      await rm(path, { recursive: true, force: true })
    })
  }
  if (removeEntry(parent, name)) return
  await emptyFolder(parent, join(parent.path, name), new Turns(signal))
  parent.removeEntry(name, true)
}

/** @param around A handle on any folder, to open others in the same way. */
async function emptyFolder(around: FolderHandle, path: string, turns: Turns): Promise<void> {
  const full: string[] = []
  const folder = around.open(path)
  try {
    folder.makeWritable()
    for (const entry of folder.list()) {
      await turns.take(STEPS)
      if (entry.isDirectory() || !removeEntry(folder, entry.name)) full.push(entry.name)
    }
  } finally {
    folder.close()
  }
  if (full.length === 0) return
  for (const name of full) await emptyFolder(around, join(path, name), turns)
  // Opened again, so that only one folder is open at a time, however deep they are.
  const again = around.open(path)
  try {
    for (const name of full) {
      await turns.take(STEPS)
      again.removeEntry(name, true)
    }
  } finally {
    again.close()
  }
}

/** Removes a file, a link or an empty folder; `false` if it is a folder that is not empty. */
function removeEntry(folder: FolderHandle, name: string): boolean {
  try {
    folder.removeEntry(name, false)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    // The codes for a folder: EISDIR on Linux, EPERM in POSIX.
    if (codeOf(error) !== 'EISDIR' && codeOf(error) !== 'EPERM') throw error
  }
  try {
    folder.removeEntry(name, true)
    return true
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
    return false
  }
}

/** Makes a folder, and all folders in it, writable for the owner. */
async function makeWritable(around: FolderHandle, path: string, turns: Turns): Promise<void> {
  const folder = around.open(path)
  folder.makeWritable()
  for (const entry of folder.list()) {
    await turns.take(STEPS)
    if (entry.isDirectory()) await makeWritable(around, join(path, entry.name), turns)
  }
}
