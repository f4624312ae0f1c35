/** A clock whose time advances only by sleeping; a sleep ends at once. */
import type { RetryClock } from '../../src/index.js'

export interface TestClock extends RetryClock {
  /** How long each sleep was, in milliseconds. */
  readonly slept: readonly number[]
}

export function makeClock(start = Date.UTC(2026, 0, 1)): TestClock {
  const slept: number[] = []
  let now = start
  return {
    slept,
    now: () => now,
    async sleep(milliseconds) {
      slept.push(milliseconds)
      now += milliseconds
    },
  }
}
