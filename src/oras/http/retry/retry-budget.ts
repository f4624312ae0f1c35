/** A limit for the retries of many requests together: how many, and how long all their waits may take. */

// This many successful requests give one retry back.
const PRICE = 10

/** The retries that are left. */
export interface RetryBudget {
  /**
   * Takes a retry that waits for `delay` milliseconds from `now`; `false` if no retry or no time is left. Waits at the
   * same time count once.
   */
  take(now: number, delay: number): boolean
  /** Gives a tenth of a retry back, because a request succeeded. */
  giveBack(): void
}

/**
 * Creates a budget. It never grows beyond its first size.
 *
 * @param maxWait In milliseconds, for all waits together.
 */
export function createRetryBudget(size: number, maxWait: number): RetryBudget {
  // Counted in successful requests: ten times 0.1 is not 1.
  let left = size * PRICE
  let waited = 0
  let waitingUntil = 0
  return {
    take(now, delay) {
      const longer = Math.max(0, now + delay - Math.max(now, waitingUntil))
      if (left < PRICE || waited + longer > maxWait) return false
      left -= PRICE
      waited += longer
      waitingUntil = Math.max(waitingUntil, now + delay)
      return true
    },
    giveBack() {
      left = Math.min(size * PRICE, left + 1)
      waited = Math.max(0, waited - maxWait / (size * PRICE || 1))
    },
  }
}
