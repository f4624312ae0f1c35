/** Temporary folders next to the files that are written. Their names tell the owner, so leftovers can be recovered. */
import { mkdtemp, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { codeOf } from '../errors/system-error.js'
import { FolderHandle } from '../folder-handle.js'
import { removeFromFolder } from '../remove-from-folder.js'
import { startHeartbeat } from './heartbeat.js'
import { formatOwner, thisProcess } from './owner.js'

/** The prefix of all names that the library creates. */
export const PREFIX = '.oras-helm-'

/**
 * A temporary folder. If its owner is killed, {@link recoverFolder} sees by its content how far the owner came:
 *
 * - `new` has the main file or folder, under its final name. Once it was moved to its place, or linked there, the change
 *   is committed.
 * - `siblings` has other files that belong to it. They are moved to their places after the commit.
 * - `old` has the files that were moved away. They are moved back if the change is not committed.
 */
export interface Staging {
  /** The real path. */
  readonly path: string
  /** Removes it with all that is in it. */
  remove(): Promise<void>
  /** Stops using the folder, but does not remove it: a later call recovers it. */
  release(): Promise<void>
}

/** Creates a temporary folder that only this user can read. */
export async function makeStaging(parent: string): Promise<Staging> {
  const path = await mkdtemp(join(await realpath(parent), `${PREFIX}${formatOwner(await thisProcess())}-`))
  const release = startHeartbeat(path)
  return {
    path,
    release,
    async remove() {
      await release()
      await removeStaging(path)
    },
  }
}

/** Removes a temporary folder, in an order in which a change that is not committed never looks committed. */
export async function removeStaging(path: string, signal?: AbortSignal): Promise<void> {
  const parent = FolderHandle.find(dirname(path))
  try {
    const staging = parent.open(join(parent.path, basename(path)))
    try {
      for (const part of ['siblings', 'new']) await removeFromFolder(staging, part, signal)
    } finally {
      staging.close()
    }
    await removeFromFolder(parent, basename(path), signal)
  } catch (cause) {
    // Another process has removed it.
    if (codeOf(cause) !== 'ENOENT') throw cause
  } finally {
    parent.close()
  }
}
