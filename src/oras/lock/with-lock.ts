/** One at a time in a folder: among the calls of a process, the processes of a machine, and machines that share it. */
import type { Stats } from 'node:fs'
import { lstat, mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { readUserId } from '../environment.js'
import { AlreadyExistsError } from '../errors/oci-error.js'
import { codeOf } from '../errors/system-error.js'
import { untilAborted } from '../signals.js'
import { beat, beginHeartbeat, isAbandoned } from './heartbeat.js'
import { formatOwner, OWNER, type Owner, parseOwner, thisProcess } from './owner.js'
import { PREFIX } from './staging.js'

/** Whose turn it is, as a folder of a name that nobody else ever has: whatever is left of the dead, anybody may remove. */
interface Claim {
  readonly name: string
  /** `undefined` while it is being chosen. */
  readonly number: number | undefined
  readonly owner: Owner
}

const CLAIM = new RegExp(`^(?:choosing|(?<number>\\d{10}))-${OWNER.source}-[A-Za-z0-9]{6}$`)

/** How long a living owner is waited for, and until it is looked again: a tenth of that so far; in milliseconds. */
const PATIENCE = 300_000
const SHORTEST_PAUSE = 5
const LONGEST_PAUSE = 5000

/** The name of the folder that holds the claims. Each user has one: nobody can take the turn of another user. */
export function lockName(): string {
  return `${PREFIX}lock-${readUserId() ?? 'user'}`
}

/**
 * Does something while nobody else does, who asks for the same lock.
 *
 * @param run Is told what the file system says of a folder that was just made there; `undefined` if the name of the lock
 * is taken by what is not ours: then it runs without the lock.
 * @throws {AlreadyExistsError} if a living process keeps the lock for five minutes.
 */
export async function withLock<T>(
  folder: string,
  signal: AbortSignal | undefined,
  run: (made: Stats | undefined) => Promise<T>,
): Promise<T> {
  const leave = await lineUp(folder, signal)
  try {
    const lock = join(folder, lockName())
    const ticket = await takeTicket(lock, signal)
    if (!ticket) return await run(undefined)
    const stop = beginHeartbeat(ticket)
    try {
      await waitForTurn(lock, ticket, signal)
      return await run(await lstat(ticket))
    } finally {
      await stop()
      await removeClaim(ticket)
      // Whoever waits has a claim in it, and keeps it there.
      await rmdir(lock).catch(() => undefined)
    }
  } finally {
    leave()
  }
}

/** For each folder, the last call of this process that wants its lock: calls of one process need not ask the disk. */
const lines = new Map<string, Promise<void>>()

async function lineUp(folder: string, signal: AbortSignal | undefined): Promise<() => void> {
  const before = lines.get(folder)
  let open = (): void => {}
  const left = new Promise<void>((resolve) => (open = resolve))
  const mine = Promise.all([before, left]).then(() => {
    if (lines.get(folder) === mine) lines.delete(folder)
  })
  lines.set(folder, mine)
  try {
    signal?.throwIfAborted()
    if (before) await untilAborted(before, signal)
    return open
  } catch (reason) {
    // Those behind wait for those before all the same.
    open()
    throw reason
  }
}

/**
 * Takes the next number: Lamport's bakery. Two may get the same one, then their names decide; and while somebody chooses,
 * the others wait for what it will be.
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

/** Makes the claim that says that a number is being chosen, and the folder for it, unless that is somebody else's. */
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
      // What the file system says of the owner need not be what the system says of this process.
      if (!info || (await lstat(claim)).uid === info.uid) return claim
      await rmdir(claim)
      return undefined
    } catch (cause) {
      const code = codeOf(cause)
      if (!isNew && (code === 'EACCES' || code === 'EPERM')) return undefined
      // Whoever was there before has left, and taken the folder away.
      if (code !== 'ENOENT') throw cause
    }
  }
}

async function waitForTurn(lock: string, ticket: string, signal: AbortSignal | undefined): Promise<void> {
  let waited = 0
  // A list that is made while a claim is replaced by the next one may have neither. The list after it has the next one.
  for (let free = 0; free < 2;) {
    signal?.throwIfAborted()
    const first = await findFirst(lock, ticket)
    if (first === undefined) {
      free++
      continue
    }
    free = 0
    if (waited >= PATIENCE) throw refuse(lock, first)
    const pause = Math.min(Math.max(waited / 10, SHORTEST_PAUSE), LONGEST_PAUSE)
    await setTimeout(pause, undefined, { signal }).catch((cause: unknown) => {
      signal?.throwIfAborted()
      throw cause
    })
    waited += pause
  }
}

/**
 * Finds somebody whose turn comes before that of a ticket, and removes what the dead have left before that; and if there
 * is nobody, also what they have left behind it: it may be that no other call comes.
 */
async function findFirst(lock: string, ticket: string): Promise<Claim | undefined> {
  const claims = await listClaims(lock)
  const isBefore = ({ name, number }: Claim): boolean => number === undefined || join(lock, name) < ticket
  for (const claim of claims.filter(isBefore)) if (!(await removeIfLeft(lock, claim, ticket))) return claim
  for (const claim of claims) {
    if (!isBefore(claim) && join(lock, claim.name) !== ticket) await removeIfLeft(lock, claim, ticket)
  }
  return undefined
}

/** @param ticket A claim of this process, which is changed to tell the time. */
async function removeIfLeft(lock: string, { name, owner }: Claim, ticket: string): Promise<boolean> {
  const path = join(lock, name)
  const now = async (): Promise<number> => {
    await beat(ticket)
    return (await lstat(ticket)).mtimeMs
  }
  const isGone = await isAbandoned(path, owner, now)
  if (isGone) await removeClaim(path)
  return isGone
}

/** Tells whether whoever wanted a lock has gone, and left it; of a machine that cannot be asked, that is not known. */
export async function isLeft(lock: string): Promise<boolean> {
  const never = (): Promise<number> => Promise.resolve(Infinity)
  const claims = await listClaims(lock).catch(() => undefined)
  if (!claims) return false
  for (const { name, owner } of claims) if (!(await isAbandoned(join(lock, name), owner, never))) return false
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

/** A claim that stays would block everybody; Windows may keep a folder for a moment. */
async function removeClaim(path: string): Promise<void> {
  // Only one whose owner was killed right then has something in it.
  await rmdir(path).catch(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
}

function refuse(lock: string, { owner }: Claim): AlreadyExistsError {
  return new AlreadyExistsError(`Cannot get the lock ${lock}: process ${owner.pid} has kept it for five minutes`, {
    hint: 'Wait until that process, which may be on another machine, has ended, or end it.',
  })
}
