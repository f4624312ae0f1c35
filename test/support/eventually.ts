/** Waits for what happens soon, but without an event to wait for. */
import { nextTurn } from './event-loop.js'

/** How long to wait for what never comes: a busy machine may need that long for a short task. */
const PATIENCE = 60_000

/**
 * Calls an assertion, or another function that throws at first, again and again until it succeeds; returns its result.
 *
 * @throws the last error of the function.
 */
export async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  const start = process.uptime()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (process.uptime() - start > PATIENCE / 1000) throw error
    }
    await nextTurn()
  }
}
