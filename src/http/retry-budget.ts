/** How many retries many requests have together. */

// So many requests that go well give one retry back.
const PRICE = 10

/** Retries to be taken, one by one. */
export interface RetryBudget {
  /** Takes one; `false` if none is left. */
  take(): boolean
  /** Gives a part of one back, because something went well. */
  giveBack(): void
}

/** Makes a budget, which is never larger than at the start. */
export function createRetryBudget(size: number): RetryBudget {
  // Counted in answers: tenths do not add up to one.
  let left = size * PRICE
  return {
    take() {
      if (left < PRICE) return false
      left -= PRICE
      return true
    },
    giveBack() {
      left = Math.min(size * PRICE, left + 1)
    },
  }
}
