/** Waits for events of this process instead of for a clock, so that no test depends on how fast the machine is. */
import { performance } from 'node:perf_hooks'

/** In how many turns of the event loop in a row nothing may have come. One would do on a machine with one processor. */
const QUIET_TURNS = 20

/** Requests to the system that this process waits for: files, names, connections, and what is still to be sent. */
const REQUESTS = /^FSReq|^(?:Connect|GetAddrInfoReq|GetNameInfoReq|QueryReq|Shutdown|Write)Wrap$/

/** Waits for one turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Waits until nothing happens any more unless a timer goes off: no byte is on its way between a client and a server of
 * this process, no file is being read, and no callback is due. What other processes and worker threads do is not seen.
 */
export async function untilIdle(): Promise<void> {
  let seen = -1
  for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
    await nextTurn()
    const { events } = performance.nodeTiming.uvMetricsInfo
    if (events !== seen || process.getActiveResourcesInfo().some((name) => REQUESTS.test(name))) quiet = 0
    seen = events
  }
}
