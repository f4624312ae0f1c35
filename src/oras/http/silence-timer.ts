/** How long the other side of a connection may be silent. */

/** When it is unset: five minutes. */
export const DEFAULT_TIMEOUT = 300_000
/** In milliseconds: Node lets a timer that is longer go off at once. */
export const LONGEST_TIMER: number = 2 ** 31 - 1

/** Runs only while somebody waits for the other side, and goes off once. It never holds the process open. */
export class SilenceTimer {
  readonly #milliseconds: number
  readonly #onSilence: () => void
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(milliseconds: number, onSilence: () => void) {
    this.#milliseconds = Math.min(milliseconds, LONGEST_TIMER)
    this.#onSilence = onSilence
  }

  /** From now on somebody waits, or something came. */
  restart(): void {
    this.pause()
    if (this.#isClosed) return
    this.#timer = setTimeout(() => {
      this.close()
      this.#onSilence()
    }, this.#milliseconds).unref()
  }

  /** Nobody waits any more. */
  pause(): void {
    clearTimeout(this.#timer)
  }

  /** Nobody will wait any more, whatever is called. */
  close(): void {
    this.pause()
    this.#isClosed = true
  }
}
