/** Waits for events of this process instead of for a clock, so that no test depends on how fast the machine is. */
import { performance } from 'node:perf_hooks'
import { Turns } from '../../src/oras/turns.js'

/** How many turns of the event loop in a row must pass without an event. One is enough on a machine with one processor. */
const QUIET_TURNS = 20

/** Requests to the system that this process waits for: files, names, connections, and bytes that are still to be sent. */
const REQUESTS = /^FSReq|^(?:Connect|GetAddrInfoReq|GetNameInfoReq|QueryReq|Shutdown|Write)Wrap$/

/** How many turns the library has given: in between it works, although no byte arrives. */
let given = 0
const give = Reflect.get(Turns.prototype, 'give') as (this: Turns) => Promise<void>
Turns.prototype.give = async function countGiven(this: Turns) {
  given += 1
  return give.call(this)
}

/** Waits for one turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Counts the turns of the event loop that other work gets meanwhile. */
export async function countTurns<T>(work: () => Promise<T>): Promise<{ readonly turns: number; readonly result: T }> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  try {
    const result = await work()
    return { result, turns }
  } finally {
    isOver = true
  }
}

/**
 * Waits until nothing happens any more unless a timer goes off: no byte is on its way between a client and a server of
 * this process, no file is being read, no name is looked up, and no callback is due.
 *
 * It cannot see what Node does not report: work of `node:zlib` (the asynchronous functions and the streams), of
 * `crypto.subtle`, and of `scrypt`, `pbkdf2`, `randomBytes` and the like with a callback, while it is in the thread pool;
 * what child processes and worker threads do until they write something; and what waits for another machine. A test that
 * waits for such work must wait for its promise: for this function it looks as if nothing happened.
 */
export async function untilIdle(): Promise<void> {
  let seen = -1
  let worked = -1
  for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
    await nextTurn()
    const { events } = performance.nodeTiming.uvMetricsInfo
    if (events !== seen || given !== worked || process.getActiveResourcesInfo().some((name) => REQUESTS.test(name)))
      quiet = 0
    seen = events
    worked = given
  }
}
