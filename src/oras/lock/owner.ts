/** The owner of a temporary folder or a claim: machine and process, written as part of its name. */
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { digestOf } from '../oci/digest.js'
import { codeOf } from '../errors/system-error.js'

/** Identifies a process, among all machines that share a folder. */
export interface Owner {
  /** A hash of the machine's last start and the container: process ids begin anew in each. */
  readonly host: string
  /** The process id. */
  readonly pid: number
  /** When the process started, in ticks of the machine, because process ids are reused. 0 if it is not known. */
  readonly start: number
}

/** Matches an owner as {@link formatOwner} writes it; part of larger expressions. */
export const OWNER = /(?<host>[0-9a-f]{12})-(?<pid>[1-9]\d{0,9})-(?<start>\d{1,15})/

/** Formats an owner as part of a name. */
export function formatOwner({ host, pid, start }: Owner): string {
  return `${host}-${pid}-${start}`
}

/** Parses an owner from the groups that {@link OWNER} has matched. */
export function parseOwner({ host = '', pid, start }: Readonly<Record<string, string | undefined>>): Owner {
  return { host, pid: Number(pid), start: Number(start) }
}

let own: Promise<Owner> | undefined

/** Returns this process as an owner. */
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
  // If /proc belongs to another container, its process ids are different.
  const start = self === String(pid) ? (await readState(pid))?.start : undefined
  const machine = boot === undefined || namespace === undefined ? nameOfHost() : `${boot.trim()} ${namespace}`
  return { host: digestOf(Buffer.from(machine)).slice('sha256:'.length).slice(0, 12), pid, start: start ?? 0 }
}

/** The host name. Deno may forbid it; a random name makes others look at the heartbeat alone. */
function nameOfHost(): string {
  try {
    return hostname()
  } catch {
    return crypto.randomUUID()
  }
}

/**
 * Tells whether a process is still running.
 *
 * @returns `undefined` if that is not known: the process is on another machine or in another container, or the system
 * does not tell when a process started.
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
  return state && !state.hasExited && state.start === owner.start
}

/** Reads the state of a process from /proc. */
async function readState(pid: number): Promise<{ hasExited: boolean; start: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '')
  // Before these fields is the name of the program, in brackets; it may hold any character.
  const [state = '', ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const start = Number(fields[18])
  // A zombie (Z) or dead process is listed until its parent has read its exit status.
  return start > 0 ? { hasExited: /[ZXx]/.test(state), start } : undefined
}
