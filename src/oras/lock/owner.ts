/** Who made a temporary folder or waits for a lock: the machine and the process, as a part of the name. */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { digestOf } from '../oci/digest.js'
import { codeOf } from '../errors/system-error.js'

/** A process, told from all others on all machines that share a folder. */
export interface Owner {
  /** The machine since its last start, and the container: the numbers of processes begin anew in each. */
  readonly host: string
  readonly pid: number
  /** When the process began, in ticks of that machine: its number may have been another's before. 0 if nobody tells. */
  readonly start: number
}

/** An owner as {@link formatOwner} writes it, for larger expressions. */
export const OWNER = /(?<host>[0-9a-f]{12})-(?<pid>[1-9]\d{0,9})-(?<start>\d{1,15})/

/** Makes the part of a name that tells the owner. */
export function formatOwner({ host, pid, start }: Owner): string {
  return `${host}-${pid}-${start}`
}

/** Reads an owner off what {@link OWNER} has matched. */
export function parseOwner({ host = '', pid, start }: Readonly<Record<string, string | undefined>>): Owner {
  return { host, pid: Number(pid), start: Number(start) }
}

let own: Promise<Owner> | undefined

/** The process that this is. */
export async function thisProcess(): Promise<Owner> {
  own ??= findOwn()
  return own
}

async function findOwn(): Promise<Owner> {
  const { pid } = process
  const [boot, namespace, self] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined),
    readlink('/proc/self/ns/pid').catch(() => undefined),
    readlink('/proc/self').catch(() => undefined),
  ])
  // Where /proc is that of another container, its numbers are others.
  const start = self === String(pid) ? (await readState(pid))?.start : undefined
  const machine = boot === undefined || namespace === undefined ? nameOfHost() : `${boot.trim()} ${namespace}`
  return { host: digestOf(Buffer.from(machine)).slice('sha256:'.length).slice(0, 12), pid, start: start ?? 0 }
}

/** Deno may forbid to ask for it. Others then judge this process by its heartbeat alone. */
function nameOfHost(): string {
  try {
    return hostname()
  } catch {
    return crypto.randomUUID()
  }
}

/**
 * Tells whether a process is still there.
 *
 * @returns `undefined` if that cannot be told from here: it is on another machine or in another container, or the system
 * does not tell when a process began.
 */
export async function isRunning(owner: Owner): Promise<boolean | undefined> {
  const { host, start } = await thisProcess()
  if (owner.host !== host) return undefined
  try {
    process.kill(owner.pid, 0)
  } catch (cause) {
    if (codeOf(cause) === 'ESRCH') return false
  }
  const state = start === 0 ? undefined : await readState(owner.pid)
  return state && !state.isOver && state.start === owner.start
}

/** What Linux tells of a process. */
async function readState(pid: number): Promise<{ isOver: boolean; start: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // The name of the program comes before, in brackets, and may have anything in it.
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const start = Number(fields[18])
  // A process that was killed is listed until its parent has asked how it ended.
  return start > 0 ? { isOver: /[ZXx]/.test(state), start } : undefined
}
