/** How many retries many requests have together, and how long they may wait for them. */

// So many requests that go well give one retry back.
const PRICE = 10

/** Retries to be taken, one by one. */
export interface RetryBudget {
  /**
   * Takes one that waits for `delay` milliseconds from `now`; `false` if none is left, or no time. Who waits at the same
   * time as others waits for nothing more.
   */
  take(now: number, delay: number): boolean
  /** Gives a part of one back, because something went well. */
  giveBack(): void
}

/**
 * Makes a budget, which is never larger than at the start.
 *
 * @param patience In milliseconds, for all waits together.
 */
export function createRetryBudget(size: number, patience: number): RetryBudget {
  // Counted in answers: tenths do not add up to one.
  let left = size * PRICE
  let waited = 0
  let waitingUntil = 0
  return {
    take(now, delay) {
      const longer = Math.max(0, now + delay - Math.max(now, waitingUntil))
      if (left < PRICE || waited + longer > patience) return false
      left -= PRICE
      waited += longer
      waitingUntil = Math.max(waitingUntil, now + delay)
      return true
    },
    giveBack() {
      left = Math.min(size * PRICE, left + 1)
      waited = Math.max(0, waited - patience / (size * PRICE || 1))
    },
  }
}
