/** Runs tasks side by side, and never leaves one behind. */
import { SiblingFailure } from '../errors.js'

export interface RunOptions {
  /** How many tasks run at once; at least 1. */
  readonly concurrency: number
  readonly signal: AbortSignal | undefined
}

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
  const onAbort = (): void => stop.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', onAbort, { once: true })
  const results: T[] = []
  const failures: unknown[] = []
  const queue = tasks.entries()

  const work = async (): Promise<void> => {
    for (const [index, task] of queue) {
      if (stop.signal.aborted) return
      try {
        results[index] = await task(stop.signal)
      } catch (error) {
        failures.push(error)
        stop.abort(new SiblingFailure(error))
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(options.concurrency, tasks.length) }, work))
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
  }
  options.signal?.throwIfAborted()
  if (failures.length > 0) throw failures[0]
  return results
}
