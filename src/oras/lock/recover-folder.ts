/** Recovers a folder after a process was killed: completes or rolls back its change, and removes its temporary folders. */
import { type BigIntStats, lstatSync, type Stats } from 'node:fs'
import { opendir, realpath, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { FolderHandle } from '../folder-handle.js'
import { CLEANUP_GRACE, untilAborted } from '../signals.js'
import { isStale, isOlder } from './heartbeat.js'
import { OWNER, parseOwner } from './owner.js'
import { PREFIX, removeStaging } from './staging.js'
import { isStaleLock, lockName, withLock } from './with-lock.js'

const STAGING = new RegExp(`^\\.oras-helm-${OWNER.source}-[A-Za-z0-9]{6}$`)

/** Temporary folders of versions that wrote no owner into the name, and how old one must be, in milliseconds. */
const LEGACY_STAGING = /^\.oras-helm-[A-Za-z0-9]{6}$/
const LEGACY_MAX_AGE = 3_600_000

/** How many entries are read at once: a folder may have a hundred thousand. */
const BUFFER = 1024
/** How many leftovers one call recovers: in a shared folder, other users may create such names. */
const MAX_NAMES = 1000

/**
 * Recovers a folder from killed processes, at the start of a call that writes in it. What cannot be recovered stays.
 *
 * @throws only the reason of the signal; other errors are ignored.
 */
export async function recoverFolder(folder: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    // The folders that this process uses are known by their real paths.
    const real = await realpath(folder)
    if ((await findLeftovers(real, signal)).length > 0) await withRecoveredFolder(real, signal, () => Promise.resolve())
  } catch {
    signal?.throwIfAborted()
  }
}

/**
 * Runs a function under the lock of a folder, after the folder was recovered: files that a killed process had moved away
 * are back.
 *
 * @throws {AlreadyExistsError} if a running process holds the lock for five minutes.
 */
export async function withRecoveredFolder<T>(
  folder: string,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  return withLock(folder, signal, async (made) => {
    if (made) await recoverAll(folder, made, signal)
    return run()
  })
}

async function recoverAll(folder: string, made: Stats, signal: AbortSignal | undefined): Promise<void> {
  const names = await findLeftovers(folder, signal).catch(() => [])
  for (const name of names) {
    signal?.throwIfAborted()
    await recover(folder, name, made, signal).catch(() => undefined)
  }
  signal?.throwIfAborted()
}

/** Lists temporary folders and locks that are not known to be in use. */
async function findLeftovers(folder: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { name } of await opendir(folder, { bufferSize: BUFFER })) {
    signal?.throwIfAborted()
    if (name.startsWith(PREFIX) && (name === lockName() || STAGING.test(name) || LEGACY_STAGING.test(name)))
      names.push(name)
    if (names.length === MAX_NAMES) break
  }
  // Folders of other machines are always listed: without the lock, the time of the file system is not known.
  const unknown = (): Promise<number> => Promise.resolve(Infinity)
  const left: string[] = []
  for (const name of names) {
    signal?.throwIfAborted()
    const isLeft = name === lockName() ? await isStaleLock(join(folder, name)) : !(await isInUse(folder, name, unknown))
    if (isLeft) left.push(name)
  }
  return left
}

async function isInUse(folder: string, name: string, now: () => Promise<number>): Promise<boolean> {
  const groups = STAGING.exec(name)?.groups
  return groups !== undefined && !(await isStale(join(folder, name), parseOwner(groups), now))
}

/**
 * Recovers one temporary folder, and removes it.
 *
 * @param made A folder that was just created here. Only folders with the same owner and permissions are touched: in a
 * shared folder such as `/tmp`, another user may have created one with such a name.
 */
async function recover(folder: string, name: string, made: Stats, signal: AbortSignal | undefined): Promise<void> {
  if (name === lockName()) return
  const path = join(folder, name)
  const now = (): Promise<number> => Promise.resolve(made.mtimeMs)
  const parent = FolderHandle.find(folder)
  try {
    const left = openInside(parent, name)
    if (!left) return
    try {
      if (Number(left.info.uid) !== made.uid || rights(left.info) !== rights(made)) return
      if (LEGACY_STAGING.test(name)) {
        // If such a folder holds files that were moved away, it is not known where they belong: it is kept.
        if (!(await isOlder(path, LEGACY_MAX_AGE, now))) return
        if (left.list().some((inside) => inside.name.startsWith('old'))) return
      } else {
        if (await isInUse(folder, name, now)) return
        if (!(await rollBackOrComplete(parent, left))) return
      }
    } finally {
      left.close()
    }
  } finally {
    parent.close()
  }
  // Removing may take long: if the signal aborts, the rest is left to a later call.
  await untilAborted(removeStaging(path, signal), signal, CLEANUP_GRACE)
}

function rights({ mode }: Stats | BigIntStats): number {
  return Number(mode) & 0o777
}

/**
 * Completes a change that is committed; rolls back one that is not.
 *
 * @returns whether the temporary folder can be removed. It cannot if an old file has to go back, but its name is taken by
 * a file of another process.
 */
async function rollBackOrComplete(parent: FolderHandle, left: FolderHandle): Promise<boolean> {
  const isNew = isCommitted(parent, left)
  const from = openInside(left, isNew ? 'siblings' : 'old')
  if (!from) return true
  try {
    let isDone = true
    for (const { name } of from.list()) {
      const seen = inspect(parent, name)
      if (!seen) await rename(from.at(name), parent.at(name))
      else if (!isNew && !isSame(seen, inspect(from, name))) isDone = false
    }
    return isDone
  } finally {
    from.close()
  }
}

function isCommitted(parent: FolderHandle, left: FolderHandle): boolean {
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

/** Opens a folder in another one; `undefined` if there is no folder of that name, or if it is a link. Other errors are thrown. */
function openInside(folder: FolderHandle, name: string): FolderHandle | undefined {
  return inspect(folder, name)?.isDirectory() ? folder.open(join(folder.path, name)) : undefined
}

function inspect(folder: FolderHandle, name: string): BigIntStats | undefined {
  return lstatSync(folder.at(name), { bigint: true, throwIfNoEntry: false })
}

function isSame(a: BigIntStats, b: BigIntStats | undefined): boolean {
  return a.ino === b?.ino && a.dev === b.dev
}
