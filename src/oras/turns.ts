/** Turns of the event loop, for work whose size a stranger chooses. */
import { setImmediate } from 'node:timers/promises'

/**
 * How many steps of work are done between two turns. A step is what takes about a microsecond: a comparison of two short
 * texts, a line of a list, a header field. So a turn comes every ten milliseconds or so.
 */
const STEPS_PER_TURN = 10_000

/** Items of so many steps are sorted in one go. */
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

  /**
   * Sorts a list of any length as `toSorted` does.
   *
   * @param stepsOf How many steps it takes to compare an item with another one. Default: one.
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
