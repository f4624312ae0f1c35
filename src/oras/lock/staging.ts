/** A temporary folder beside what is to appear: its name says whose it is, so nothing of it stays when that is killed. */
import { mkdtemp, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../errors/system-error.js'
import { FolderHandle } from '../folder-handle.js'
import { removeFromFolder } from '../remove-from-folder.js'
import { beginHeartbeat } from './heartbeat.js'
import { formatOwner, thisProcess } from './owner.js'

/** What all names of ours begin with. */
export const PREFIX = '.oras-helm-'

/**
 * A temporary folder. {@link tidyFolder} knows by what is in it how far its owner came:
 *
 * - `new` has the one file or folder that is to appear, under its name. Once that has left, or is to be seen in its place
 *   too, all is to appear.
 * - `beside` has other files that are to appear together with it.
 * - `old` has what was moved away, under its name, and goes back there if nothing new has appeared.
 */
export interface Staging {
  /** The real path. */
  readonly path: string
  /** Removes it with all that is in it. */
  remove(): Promise<void>
  /** Leaves it to a later call that tidies. */
  leave(): Promise<void>
}

/** Makes a temporary folder that nobody else may enter. */
export async function makeStaging(parent: string): Promise<Staging> {
  const path = await mkdtemp(join(await realpath(parent), `${PREFIX}${formatOwner(await thisProcess())}-`))
  const leave = beginHeartbeat(path)
  return {
    path,
    leave,
    async remove() {
      await leave()
      await removeStaging(path)
    },
  }
}

/** Removes a temporary folder, in an order in which it never looks as if its owner had come farther than it had. */
export async function removeStaging(path: string, signal?: AbortSignal): Promise<void> {
  const parent = FolderHandle.find(dirname(path))
  try {
    const staging = parent.open(join(parent.path, basename(path)))
    try {
      for (const part of ['beside', 'new']) await removeFromFolder(staging, part, signal)
    } finally {
      staging.close()
    }
    await removeFromFolder(parent, basename(path), signal)
  } catch (cause) {
    // Somebody else has removed it.
    if (codeOf(cause) !== 'ENOENT') throw cause
  } finally {
    parent.close()
  }
}
