/** Owners as names of temporary folders and claims have them: who lives, who has ended, and who is on another machine. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { formatOwner, thisProcess } from '../../src/oras/lock/owner.js'
import { lockName } from '../../src/oras/lock/with-lock.js'

export const LOCK = lockName()

const own = await thisProcess()

/** When a process began, where the system tells. */
function startOf(pid: number): number {
  if (own.start === 0) return 0
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[19])
}

/** This process. */
export const OWN = formatOwner(own)
/** The process that has started this one. */
export const LIVING = formatOwner({ ...own, pid: process.ppid, start: startOf(process.ppid) })
/** One that has ended. */
export const DEAD = formatOwner({ ...own, pid: spawnSync(process.execPath, ['--version']).pid })
/** One that had the number of this process before. */
export const EARLIER = formatOwner({ ...own, start: own.start + 1 })
/** One on another machine. */
export const ELSEWHERE = formatOwner({ host: '0123456789ab', pid: process.pid, start: own.start })
