/** A lock for a folder: among the calls of a process, the processes of a machine, and machines that share the folder. */
import type { Stats } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { readUserId } from '../environment.js'
import { AlreadyExistsError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { untilAborted } from '../signals.js'
import { touch, startHeartbeat, isStale } from './heartbeat.js'
import { formatOwner, OWNER, type Owner, parseOwner, thisProcess } from './owner.js'
import { PREFIX } from './staging.js'

/** A place in the queue for the lock, as a folder with a unique name: any process may remove the claim of a dead one. */
interface Claim {
  readonly name: string
  /** The place in the queue; `undefined` while it is being chosen. */
  readonly number: number | undefined
  readonly owner: Owner
}

const CLAIM = new RegExp(`^(?:choosing|(?<number>\\d{10}))-${OWNER.source}-[A-Za-z0-9]{6}$`)

/** How long to wait for a running owner, and the limits of a pause: a tenth of the time waited; in milliseconds. */
const MAX_WAIT = 300_000
const SHORTEST_PAUSE = 5
const LONGEST_PAUSE = 5000

/** The name of the folder that holds the claims. Each user has their own, so that users cannot block each other. */
export function lockName(): string {
  return `${PREFIX}lock-${readUserId() ?? 'user'}`
}

/**
 * Runs a function while it holds the lock of a folder.
 *
 * @param run Gets the `Stats` of a folder that was just created there; `undefined` if the lock cannot be used, because its
 * name is taken by something else: then it runs without a lock.
 * @throws {AlreadyExistsError} if a running process holds the lock for five minutes.
 */
export async function withLock<T>(
  folder: string,
  signal: AbortSignal | undefined,
  run: (made: Stats | undefined) => Promise<T>,
): Promise<T> {
  const release = await waitForEarlierCalls(folder, signal)
  try {
    const lock = join(folder, lockName())
    const ticket = await takeTicket(lock, signal)
    if (!ticket) return await run(undefined)
    const stop = startHeartbeat(ticket)
    try {
      await waitForTurn(lock, ticket, signal)
      return await run(await lstat(ticket))
    } finally {
      await stop()
      await removeClaim(ticket)
      // This fails while other processes have claims in the folder.
      await rmdir(lock).catch(() => undefined)
    }
  } finally {
    release()
  }
}

/** For each folder, the last call of this process that waits for its lock: calls of one process queue in memory. */
const queues = new Map<string, Promise<void>>()

/** Waits for all earlier calls of this process; returns a function that lets the next call run. */
async function waitForEarlierCalls(folder: string, signal: AbortSignal | undefined): Promise<() => void> {
  const before = queues.get(folder)
  let release = (): void => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const mine = Promise.all([before, released]).then(() => {
    if (queues.get(folder) === mine) queues.delete(folder)
  })
  queues.set(folder, mine)
  try {
    signal?.throwIfAborted()
    if (before) await untilAborted(before, signal)
    return release
  } catch (reason) {
    // Later calls still wait for the earlier ones.
    release()
    throw reason
  }
}

/**
 * Takes the next number, by Lamport's bakery algorithm. Two processes may get the same number; then their names decide.
 * While a process chooses its number, the others wait.
 */
async function takeTicket(lock: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  const owner = formatOwner(await thisProcess())
  const choosing = await makeFirstClaim(lock, owner, signal)
  if (choosing === undefined) return undefined
  try {
    const numbers = (await listClaims(lock)).map(({ number = 0 }) => number)
    const number = Math.max(0, ...numbers) + 1
    return await mkdtemp(join(lock, `${String(number).padStart(10, '0')}-${owner}-`))
  } finally {
    await removeClaim(choosing)
  }
}

/**
 * Creates the claim that says that a number is being chosen, and the folder of the lock; `undefined` if that name is taken
 * by a file, or by a folder of another user.
 */
async function makeFirstClaim(lock: string, owner: string, signal: AbortSignal | undefined) {
  for (;;) {
    signal?.throwIfAborted()
    const isNew = await mkdir(lock, { mode: 0o700 }).then(
      () => true,
      (cause: unknown) => {
        if (codeOf(cause) !== 'EEXIST') throw cause
        return false
      },
    )
    try {
      const info = isNew ? undefined : await lstat(lock)
      if (info?.isDirectory() === false) return undefined
      const claim = await mkdtemp(join(lock, `choosing-${owner}-`))
      // The user id is compared with that of a new folder: a file system may report other ids than the process has.
      if (!info || (await lstat(claim)).uid === info.uid) return claim
      await rmdir(claim)
      return undefined
    } catch (cause) {
      const code = codeOf(cause)
      if (!isNew && (code === 'EACCES' || code === 'EPERM')) return undefined
      // The process before has just removed the folder.
      if (code !== 'ENOENT') throw cause
    }
  }
}

async function waitForTurn(lock: string, ticket: string, signal: AbortSignal | undefined): Promise<void> {
  let waited = 0
  // A process replaces its claim "choosing" by one with a number: a list made at that moment may have neither. So the list
  // must be free twice.
  for (let free = 0; free < 2;) {
    signal?.throwIfAborted()
    const first = await findFirst(lock, ticket)
    if (first === undefined) {
      free++
      continue
    }
    free = 0
    if (waited >= MAX_WAIT) throw refuse(lock, first)
    const pause = Math.min(Math.max(waited / 10, SHORTEST_PAUSE), LONGEST_PAUSE)
    await setTimeout(pause, undefined, { signal }).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw cause
    })
    waited += pause
  }
}

/**
 * Finds a claim that comes before a ticket, and removes stale claims on the way. If there is no such claim, later claims
 * that are stale are removed too: there may be no other call that does it.
 */
async function findFirst(lock: string, ticket: string): Promise<Claim | undefined> {
  const claims = await listClaims(lock)
  const isBefore = ({ name, number }: Claim): boolean => number === undefined || join(lock, name) < ticket
  for (const claim of claims.filter(isBefore)) if (!(await removeIfStale(lock, claim, ticket))) return claim
  for (const claim of claims) {
    if (!isBefore(claim) && join(lock, claim.name) !== ticket) await removeIfStale(lock, claim, ticket)
  }
  return undefined
}

/** @param ticket A claim of this process, which is touched to read the time of the file system. */
async function removeIfStale(lock: string, { name, owner }: Claim, ticket: string): Promise<boolean> {
  const path = join(lock, name)
  const now = async (): Promise<number> => {
    await touch(ticket)
    return (await lstat(ticket)).mtimeMs
  }
  const isGone = await isStale(path, owner, now)
  if (isGone) await removeClaim(path)
  return isGone
}

/** Tells whether all claims of a lock may be stale; without the time of the file system, those of other machines count so. */
export async function isStaleLock(lock: string): Promise<boolean> {
  const unknown = (): Promise<number> => Promise.resolve(Infinity)
  const claims = await listClaims(lock).catch(() => undefined)
  if (!claims) return false
  for (const { name, owner } of claims) if (!(await isStale(join(lock, name), owner, unknown))) return false
  return true
}

async function listClaims(lock: string): Promise<readonly Claim[]> {
  return (await readdir(lock)).flatMap((name) => {
    const groups = CLAIM.exec(name)?.groups
    if (!groups) return []
    const { number } = groups
    return [{ name, number: number === undefined ? undefined : Number(number), owner: parseOwner(groups) }]
  })
}

/** Removes a claim, or fails: a claim that stays would block all others. Windows may keep a folder for a moment. */
async function removeClaim(path: string): Promise<void> {
  // It is empty, unless its owner was killed while it touched the claim.
  await rmdir(path).catch(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
}

function refuse(lock: string, { owner }: Claim): AlreadyExistsError {
  return new AlreadyExistsError(`Cannot get the lock ${lock}: process ${owner.pid} has kept it for five minutes`, {
    hint: 'Wait until that process, which may be on another machine, has ended, or end it.',
  })
}
