/** What a process that was killed has left: what it moved away goes back, and the rest goes. */
import { type BigIntStats, lstatSync, type Stats } from 'node:fs'
import { opendir, realpath, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { FolderHandle } from '../folder-handle.js'
import { TIDYING, untilAborted } from '../signals.js'
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
 * Tidies a folder, at the beginning of a call that is to make something in it: whatever becomes of that. What cannot be
 * tidied stays, and nothing fails because of it.
 *
 * @throws only the reason of the signal.
 */
export async function tidyFolder(folder: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    // What this process uses is known by real paths.
    const real = await realpath(folder)
    if ((await findLeft(real, signal)).length > 0) await withTidyFolder(real, signal, () => Promise.resolve())
  } catch {
    signal?.throwIfAborted()
  }
}

/**
 * Does something in a folder while nobody else does who asks for its lock, and after what was left there is settled: what
 * somebody moved away and was killed is back where it was.
 *
 * @throws {AlreadyExistsError} if a living process keeps the lock for five minutes.
 */
export async function withTidyFolder<T>(
  folder: string,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  return withLock(folder, signal, async (made) => {
    if (made) await settleAll(folder, made, signal)
    return run()
  })
}

async function settleAll(folder: string, made: Stats, signal: AbortSignal | undefined): Promise<void> {
  const names = await findLeft(folder, signal).catch(() => [])
  for (const name of names) {
    signal?.throwIfAborted()
    await settle(folder, name, made, signal).catch(() => undefined)
  }
  signal?.throwIfAborted()
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
  if (name === lockName()) return
  const path = join(folder, name)
  const now = (): Promise<number> => Promise.resolve(made.mtimeMs)
  const parent = FolderHandle.find(folder)
  try {
    const left = openInside(parent, name)
    if (!left) return
    try {
      if (Number(left.info.uid) !== made.uid || rights(left.info) !== rights(made)) return
      if (NAMELESS.test(name)) {
        // Nobody knows where to put back what it may have moved away.
        if (!(await isOlder(path, NAMELESS_AGE, now))) return
        if (left.list().some((inside) => inside.name.startsWith('old'))) return
      } else {
        if (await isInUse(folder, name, now)) return
        if (!(await moveBack(parent, left))) return
      }
    } finally {
      left.close()
    }
  } finally {
    parent.close()
  }
  // There may be much in it: what the signal ends is left to a later call.
  await untilAborted(removeStaging(path, signal), signal, TIDYING)
}

function rights({ mode }: Stats | BigIntStats): number {
  return Number(mode) & 0o777
}

/**
 * Puts back what was old if nothing new has appeared; otherwise lets the rest of the new appear.
 *
 * @returns whether nothing is left that anybody may want. What had its name before, and was not replaced by its owner, is
 * kept as long as another thing has that name.
 */
async function moveBack(parent: FolderHandle, left: FolderHandle): Promise<boolean> {
  const isNew = hasAppeared(parent, left)
  const from = openInside(left, isNew ? 'beside' : 'old')
  if (!from) return true
  try {
    let isSettled = true
    for (const { name } of from.list()) {
      const seen = inspect(parent, name)
      if (!seen) await rename(from.at(name), parent.at(name))
      else if (!isNew && !isSame(seen, inspect(from, name))) isSettled = false
    }
    return isSettled
  } finally {
    from.close()
  }
}

function hasAppeared(parent: FolderHandle, left: FolderHandle): boolean {
  const made = openInside(left, 'new')
  try {
    const [first] = made?.list() ?? []
    if (!made || !first) return true
    const seen = inspect(parent, first.name)
    return seen !== undefined && isSame(seen, inspect(made, first.name))
  } finally {
    made?.close()
  }
}

/** Opens a folder in another one, if there is such a folder and no link; whatever else goes wrong, nobody knows what is in it. */
function openInside(folder: FolderHandle, name: string): FolderHandle | undefined {
  return inspect(folder, name)?.isDirectory() ? folder.open(join(folder.path, name)) : undefined
}

function inspect(folder: FolderHandle, name: string): BigIntStats | undefined {
  return lstatSync(folder.at(name), { bigint: true, throwIfNoEntry: false })
}

function isSame(a: BigIntStats, b: BigIntStats | undefined): boolean {
  return a.ino === b?.ino && a.dev === b.dev
}
