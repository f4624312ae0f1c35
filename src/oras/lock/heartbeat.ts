/** The sign of life of a folder whose owner cannot be asked: it changes now and then, by the clock of its file system. */
import { lstat, mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, type Owner, thisProcess } from './owner.js'

/** In milliseconds. */
const BEAT = 10_000
/** How long a folder may be without a beat, in milliseconds: a machine that is busy beats late. */
const PATIENCE = 120_000

/** The folders of this process that are in use. */
const inUse = new Set<string>()

/**
 * Shows that a folder is in use, until what it gives back is called, which waits for a beat that is under way.
 *
 * @param path The same text as in {@link isAbandoned}.
 */
export function beginHeartbeat(path: string): () => Promise<void> {
  inUse.add(path)
  let beating = Promise.resolve()
  const timer = setInterval(() => {
    beating = beating.then(() => beat(path))
  }, BEAT)
  // A process ends when its work has ended.
  timer.unref()
  return async () => {
    clearInterval(timer)
    await beating
    inUse.delete(path)
  }
}

/** Changes a folder: what is made in it sets its time, by a clock that all who see the folder have in common. */
export async function beat(path: string): Promise<void> {
  const inside = join(path, 'beat')
  await mkdir(inside).catch(() => undefined)
  await rmdir(inside).catch(() => undefined)
}

/**
 * Tells whether the owner of a folder has gone.
 *
 * @param now The time of the file system, as of something that was just made there.
 */
export async function isAbandoned(path: string, owner: Owner, now: () => Promise<number>): Promise<boolean> {
  if (inUse.has(path)) return false
  const { host, pid } = await thisProcess()
  // Nobody knows what another thread of this process, or another copy of this library in it, has in use.
  const isOwn = owner.host === host && owner.pid === pid
  const running = await isRunning(owner)
  if (running !== undefined && !(isOwn && running)) return !running
  return isOlder(path, PATIENCE, now)
}

/** Tells whether nothing has changed in a folder for so many milliseconds; if the folder has gone, it is older. */
export async function isOlder(path: string, milliseconds: number, now: () => Promise<number>): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined)
  return info === undefined || (await now()) - info.mtimeMs > milliseconds
}
