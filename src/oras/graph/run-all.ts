/** Runs tasks in parallel, and waits until all of them have ended. */
import { TaskGroupError } from '../errors/task-group-error.js'

/** How to run tasks. */
export interface RunOptions {
  /** How many tasks run at once; at least 1. */
  readonly concurrency: number
  readonly signal: AbortSignal | undefined
}

/** How many tasks run at once by default. */
export const DEFAULT_CONCURRENCY = 4

/**
 * Runs all tasks, `concurrency` at once. The first failure, or the signal, aborts the signal of all tasks. The promise
 * settles when the last task has ended: with the results in order, or with the first failure.
 */
export async function runAll<T>(
  tasks: readonly ((signal: AbortSignal) => Promise<T>)[],
  options: RunOptions,
): Promise<readonly T[]> {
  options.signal?.throwIfAborted()
  const stop = new AbortController()
  // With a listener of each call on the user's signal, Node would warn of a leak.
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal
  const results: T[] = []
  const failures: unknown[] = []
  const queue = tasks.entries()

  const runTasks = async (): Promise<void> => {
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
  await Promise.all(Array.from({ length: Math.min(options.concurrency, tasks.length) }, runTasks))
  options.signal?.throwIfAborted()
  if (failures.length > 0) throw failures[0]
  return results
}
