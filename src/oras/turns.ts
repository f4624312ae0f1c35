/** Lets the event loop turn during long work, so that untrusted input cannot block it. */
import { setImmediate } from 'node:timers/promises'

/**
 * How many steps are done between two turns. A step takes about a microsecond: comparing two short texts, a line of a
 * list, a header field. So there is a turn about every ten milliseconds.
 */
const STEPS_PER_TURN = 10_000

/** Items of this many steps are sorted at once. */
const RUN = 512

/** Counts steps of work, and yields to the event loop in between, so that timers, connections and signals are handled. */
export class Turns {
  #steps = 0
  readonly #signal: AbortSignal | undefined

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /**
   * Counts steps that were done. When a turn is due, returns a promise to await before more work; it rejects with the
   * signal's reason if that has aborted. Otherwise returns `undefined`, so that counting is cheap:
   * `const turn = turns.take(n); if (turn) await turn`.
   */
  take(steps = 1): Promise<void> | undefined {
    this.#steps += steps
    return this.#steps < STEPS_PER_TURN ? undefined : this.give()
  }

  /** Yields to the event loop now. */
  async give(): Promise<void> {
    this.#steps = 0
    await setImmediate()
    this.#signal?.throwIfAborted()
  }

  /**
   * Sorts a list of any length as `toSorted` does, with turns.
   *
   * @param stepsOf Returns how many steps a comparison of this item takes; 1 by default.
   */
  async sort<T>(
    list: readonly T[],
    compare: (a: T, b: T) => number,
    stepsOf: (item: T) => number = () => 1,
  ): Promise<readonly T[]> {
    let runs: (readonly T[])[] = []
    let run: T[] = []
    let steps = 0
    const endRun = (): Promise<void> | undefined => {
      runs.push(run.toSorted(compare))
      const all = steps * Math.log2(run.length + 1)
      run = []
      steps = 0
      return this.take(all)
    }
    for (const item of list) {
      run.push(item)
      steps += stepsOf(item)
      const turn = steps < RUN ? undefined : endRun()
      if (turn) await turn
    }
    await endRun()
    while (runs.length > 1) {
      const merged: (readonly T[])[] = []
      for (let at = 0; at < runs.length; at += 2) {
        merged.push(await this.#merge(runs[at] as readonly T[], runs[at + 1] ?? [], { compare, stepsOf }))
      }
      runs = merged
    }
    return runs[0] ?? []
  }

  async #merge<T>(
    left: readonly T[],
    right: readonly T[],
    { compare, stepsOf }: { readonly compare: (a: T, b: T) => number; readonly stepsOf: (item: T) => number },
  ): Promise<readonly T[]> {
    const merged: T[] = []
    let at = 0
    const add = (item: T): Promise<void> | undefined => {
      merged.push(item)
      return this.take(stepsOf(item))
    }
    for (const each of right) {
      while (at < left.length && compare(left[at] as T, each) <= 0) {
        const turn = add(left[at++] as T)
        if (turn) await turn
      }
      const turn = add(each)
      if (turn) await turn
    }
    return merged.concat(left.slice(at))
  }
}
