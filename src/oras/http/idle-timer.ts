/** The idle timeout of a connection: how long no byte may come or go. */

/** In milliseconds: the default of the option `timeout`, five minutes. */
export const DEFAULT_TIMEOUT = 300_000
/** In milliseconds: a longer delay makes a timer of Node fire at once. */
export const MAX_TIMER_DELAY: number = 2 ** 31 - 1

/** A timer that runs only while the library waits for the other side, and fires once. It never holds the process open. */
export class IdleTimer {
  readonly #milliseconds: number
  readonly #onIdle: () => void
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(milliseconds: number, onIdle: () => void) {
    this.#milliseconds = Math.min(milliseconds, MAX_TIMER_DELAY)
    this.#onIdle = onIdle
  }

  /** Starts to wait, or waits anew because bytes came. */
  restart(): void {
    this.pause()
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.close()
      this.#onIdle()
    }, this.#milliseconds).unref()
  }

  /** Stops until the next `restart`. */
  pause(): void {
    clearTimeout(this.#timer)
  }

  /** Stops for good. */
  close(): void {
    this.pause()
    this.#isClosed = true
  }
}
