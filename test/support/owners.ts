/** Owners in names of temporary folders and claims: a living process, one that has ended, one on another machine. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { formatOwner, thisProcess } from '../../src/oras/lock/owner.js'
import { lockName } from '../../src/oras/lock/with-lock.js'

export const LOCK = lockName()

const own = await thisProcess()

/** When a process began, if the system says so. */
function startOf(pid: number): number {
  if (own.start === 0) return 0
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19])
}

/** This process. */
export const OWN = formatOwner(own)
/** The process that has started this one. */
export const LIVING = formatOwner({ ...own, pid: process.ppid, start: startOf(process.ppid) })
/** A process that has ended. */
export const DEAD = formatOwner({ ...own, pid: spawnSync(process.execPath, ['--version']).pid })
/** An earlier process with the number of this one. */
export const EARLIER = formatOwner({ ...own, start: own.start + 1 })
/** A process on another machine. */
export const ELSEWHERE = formatOwner({ host: '0123456789ab', pid: process.pid, start: own.start })
