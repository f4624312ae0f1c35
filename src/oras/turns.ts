/** Turns of the event loop, for work whose size a stranger chooses. */
import { setImmediate } from 'node:timers/promises'

/**
 * How many steps of work are done between two turns. A step is what takes about a microsecond: a comparison of two short
 * texts, a line of a list, a header field. So a turn comes every ten milliseconds or so.
 */
const STEPS_PER_TURN = 10_000

/** Counts work, and lets timers, connections and the signal of a call have their turn in between. */
export class Turns {
  #steps = 0
  readonly #signal: AbortSignal | undefined

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /**
   * Counts steps of work that were done. Once they are many, gives what is to be awaited before more is done; it rejects
   * with the reason of the signal, if that has aborted. Nothing else is to be awaited, so that counting costs next to
   * nothing: `const turn = turns.take(n); if (turn) await turn`.
   */
  take(steps = 1): Promise<void> | undefined {
    this.#steps += steps
    return this.#steps < STEPS_PER_TURN ? undefined : this.give()
  }

  /** Lets the others have their turn now. */
  async give(): Promise<void> {
    this.#steps = 0
    await setImmediate()
    this.#signal?.throwIfAborted()
  }
}
