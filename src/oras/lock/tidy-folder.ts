/** What a process that was killed has left: what it moved away goes back, and the rest goes. */
import type { Stats } from 'node:fs'
import { lstat, opendir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isNowhere } from '../errors/system-error.js'
import { isAbandoned, isOlder } from './heartbeat.js'
import { OWNER, parseOwner } from './owner.js'
import { PREFIX, removeStaging } from './staging.js'
import { isLeft, lockName, withLock } from './with-lock.js'

const STAGING = new RegExp(`^\\.oras-helm-${OWNER.source}-[A-Za-z0-9]{6}$`)

/** Folders of versions that did not say whose they are, and how old one has to be, in milliseconds. */
const NAMELESS = /^\.oras-helm-[A-Za-z0-9]{6}$/
const NAMELESS_AGE = 3_600_000

/** How many names of a folder are held at once: it may be one of a hundred thousand files. */
const BUFFER = 1024
/** How many are tidied by one call: in a folder for all, anybody may make such names. */
const MAX_NAMES = 1000

/**
 * Tidies a folder, before something is made in it. What cannot be tidied stays: nothing fails because of it.
 *
 * @throws only the reason of the signal.
 */
export async function tidyFolder(folder: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    const names = await findLeft(folder, signal)
    if (names.length === 0) return
    await withLock(folder, signal, async (made) => {
      if (!made) return
      for (const name of names) {
        signal?.throwIfAborted()
        await settle(folder, name, made, signal).catch(() => undefined)
      }
    })
  } catch {
    signal?.throwIfAborted()
  }
}

/** Lists what is not known to be in use. */
async function findLeft(folder: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { name } of await opendir(folder, { bufferSize: BUFFER })) {
    signal?.throwIfAborted()
    if (name.startsWith(PREFIX) && (name === lockName() || STAGING.test(name) || NAMELESS.test(name))) names.push(name)
    if (names.length === MAX_NAMES) break
  }
  // Of other machines, the lock has to tell the time.
  const never = (): Promise<number> => Promise.resolve(Infinity)
  const left: string[] = []
  for (const name of names) {
    signal?.throwIfAborted()
    const isAtWork = name === lockName() ? !(await isLeft(join(folder, name))) : await isInUse(folder, name, never)
    if (!isAtWork) left.push(name)
  }
  return left
}

async function isInUse(folder: string, name: string, now: () => Promise<number>): Promise<boolean> {
  const groups = STAGING.exec(name)?.groups
  return groups !== undefined && !(await isAbandoned(join(folder, name), parseOwner(groups), now))
}

/**
 * @param made A folder of ours: what looks like it is ours too, and nobody else could write there. In a folder for all,
 * such as `/tmp`, others may have made one of such a name.
 */
async function settle(folder: string, name: string, made: Stats, signal: AbortSignal | undefined): Promise<void> {
  const path = join(folder, name)
  const info = await lstat(path)
  if (name === lockName() || !info.isDirectory() || info.uid !== made.uid || rights(info) !== rights(made)) return
  const now = (): Promise<number> => Promise.resolve(made.mtimeMs)
  if (NAMELESS.test(name)) {
    // Nobody knows where to put back what it may have moved away.
    if (!(await isOlder(path, NAMELESS_AGE, now))) return
    if ((await readdir(path)).some((inside) => inside.startsWith('old'))) return
  } else {
    if (await isInUse(folder, name, now)) return
    await moveBack(folder, path)
  }
  await removeStaging(path, signal)
}

function rights({ mode }: Stats): number {
  return mode & 0o777
}

/** Puts back what was old if nothing new has appeared; otherwise lets the rest of the new appear. */
async function moveBack(folder: string, path: string): Promise<void> {
  const from = join(path, (await hasAppeared(folder, path)) ? 'beside' : 'old')
  for (const name of await listFolder(from)) {
    const target = join(folder, name)
    if (!(await inspect(target))) await rename(join(from, name), target)
  }
}

async function hasAppeared(folder: string, path: string): Promise<boolean> {
  const [name] = await listFolder(join(path, 'new'))
  if (name === undefined) return true
  const [made, seen] = await Promise.all([inspect(join(path, 'new', name)), inspect(join(folder, name))])
  return seen !== undefined && seen.ino === made?.ino && seen.dev === made.dev
}

async function listFolder(path: string): Promise<readonly string[]> {
  return readdir(path).catch((cause: unknown) => {
    // Whatever else goes wrong, nobody knows what is in it.
    if (!isNowhere(cause)) throw cause
    return []
  })
}

async function inspect(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((cause: unknown) => {
    if (!isNowhere(cause)) throw cause
    return undefined
  })
}
