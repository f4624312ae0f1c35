/** Waits for what happens soon, but without an event to wait for. */
import { nextTurn } from './event-loop.js'

/** For what never comes: as long as a busy machine may need for what others do in a moment. */
const PATIENCE = 60_000

/**
 * Tries an assertion, or whatever throws until it is time, again and again, and gives what it gives.
 *
 * @throws what it has thrown last.
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
