/** Turns of the event loop, for work whose size a stranger chooses. */
import { setImmediate } from 'node:timers/promises'

/**
 * How many steps of work are done between two turns. A step is what takes about a microsecond: a comparison of two short
 * texts, a line of a list, a header field. So a turn comes every ten milliseconds or so.
 */
const STEPS_PER_TURN = 10_000

/** So many things are sorted in one go. */
const RUN = 512

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
  /** Sorts a list of any length as `toSorted` does; one step is a comparison. */
  async sort<T>(list: readonly T[], compare: (a: T, b: T) => number): Promise<readonly T[]> {
    let runs: (readonly T[])[] = []
    for (let at = 0; at < list.length; at += RUN) {
      const run = list.slice(at, at + RUN).toSorted(compare)
      runs.push(run)
      const turn = this.take(run.length * Math.ceil(Math.log2(run.length + 1)))
      if (turn) await turn
    }
    while (runs.length > 1) {
      const merged: (readonly T[])[] = []
      for (let at = 0; at < runs.length; at += 2) {
        merged.push(await this.#merge(runs[at] as readonly T[], runs[at + 1] ?? [], compare))
      }
      runs = merged
    }
    return runs[0] ?? []
  }

  async #merge<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): Promise<readonly T[]> {
    const merged: T[] = []
    let at = 0
    for (const each of right) {
      while (at < left.length && compare(left[at] as T, each) <= 0) {
        merged.push(left[at++] as T)
        const turn = this.take()
        if (turn) await turn
      }
      merged.push(each)
      const turn = this.take()
      if (turn) await turn
    }
    return merged.concat(left.slice(at))
  }
}
