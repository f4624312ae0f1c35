/** The heartbeat of a folder: its owner touches it regularly, so that other machines see that it is in use. */
import { lstat, mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, type Owner, thisProcess } from './owner.js'

/** How often a folder is touched, in milliseconds. */
const INTERVAL = 10_000
/** After how many milliseconds without a touch a folder is stale: a busy machine may be late. */
const STALE_AFTER = 120_000

/** The folders of this process that are in use. */
const inUse = new Set<string>()

/**
 * Marks a folder as in use, and touches it regularly.
 *
 * @param path The same text as in {@link isStale}.
 * @returns a function that stops the heartbeat; it waits for a touch that has begun.
 */
export function startHeartbeat(path: string): () => Promise<void> {
  inUse.add(path)
  let touching = Promise.resolve()
  const timer = setInterval(() => {
    touching = touching.then(() => touch(path))
  }, INTERVAL)
  // The heartbeat does not keep the process running.
  timer.unref()
  return async () => {
    clearInterval(timer)
    await touching
    inUse.delete(path)
  }
}

/** Updates the modification time of a folder, by the clock of the file system: all machines that share it see the same. */
export async function touch(path: string): Promise<void> {
  const inside = join(path, 'beat')
  await mkdir(inside).catch(() => undefined)
  await rmdir(inside).catch(() => undefined)
}

/**
 * Tells whether the owner of a folder has ended without removing it.
 *
 * @param now Returns the time of the file system: that of a folder that was just created there.
 */
export async function isStale(path: string, owner: Owner, now: () => Promise<number>): Promise<boolean> {
  if (inUse.has(path)) return false
  const { host, pid } = await thisProcess()
  // Another thread of this process, or another copy of this library in it, may use the folder: only its age tells.
  const isOwn = owner.host === host && owner.pid === pid
  const running = await isRunning(owner)
  if (running !== undefined && !(isOwn && running)) return !running
  return isOlder(path, STALE_AFTER, now)
}

/** Tells whether a folder was not changed for this many milliseconds; also `true` if it no longer exists. */
export async function isOlder(path: string, milliseconds: number, now: () => Promise<number>): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined)
  return info === undefined || (await now()) - info.mtimeMs > milliseconds
}
