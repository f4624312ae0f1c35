/** Runs tasks side by side, and never leaves one behind. */
import { TaskGroupError } from '../errors/task-group-error.js'

export interface RunOptions {
  /** How many tasks run at once; at least 1. */
  readonly concurrency: number
  readonly signal: AbortSignal | undefined
}

/** How many tasks run at once unless an option says otherwise. */
export const DEFAULT_CONCURRENCY = 4

/**
 * Runs all tasks, a few at once. The first failure, or the signal, aborts the signal that the others were given; the
 * promise settles when the last of them has ended, with the results in order or with what failed first.
 */
export async function runAll<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  options: RunOptions,
): Promise<readonly T[]> {
  options.signal?.throwIfAborted()
  const stop = new AbortController()
  // A listener for each of a hundred calls with one signal would look like a leak to Node.
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const results: T[] = []
  const failures: unknown[] = []
  const queue = tasks.entries()

  const work = async (): Promise<void> => {
    for (const [index, task] of queue) {
      if (signal.aborted) return
      try {
        results[index] = await task(signal)
      } catch (error) {
        failures.push(error)
        stop.abort(new TaskGroupError(error, options.signal))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.concurrency, tasks.length) }, work))
  options.signal?.throwIfAborted()
  if (failures.length > 0) throw failures[0]
  return results
}
