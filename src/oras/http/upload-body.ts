/** The streamed body of a request, while it is sent. */
import { ContentMismatchError } from '../errors/oci-error.js'
import type { IdleTimer } from './idle-timer.js'

/** Counts the bytes of a body, because Content-Length was sent before, and remembers an error of the source. */
export class UploadBody {
  /** The error of the source, if it failed. */
  error: Error | undefined
  readonly #source: AsyncIterable<Uint8Array>
  readonly #size: number
  readonly #idleTimer: IdleTimer
  #sent = 0

  /** @param idleTimer Runs while the other side takes bytes, and pauses while the source is read. */
  constructor(source: AsyncIterable<Uint8Array>, size: number, idleTimer: IdleTimer) {
    this.#source = source
    this.#size = size
    this.#idleTimer = idleTimer
  }

  get isSent(): boolean {
    return this.#sent === this.#size
  }

  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    let isReading = true
    this.#idleTimer.pause()
    try {
      for await (const chunk of this.#source) {
        this.#sent += chunk.length
        if (this.#sent > this.#size) throw this.#wrongSize()
        isReading = false
        this.#idleTimer.restart()
        yield chunk
        this.#idleTimer.pause()
        isReading = true
      }
      if (!this.isSent) throw this.#wrongSize()
    } catch (error) {
      // A broken connection is thrown at the yield; that is not an error of the source.
      if (isReading) this.error = error as Error
      throw error
    } finally {
      this.#idleTimer.restart()
    }
  }

  #wrongSize(): ContentMismatchError {
    return new ContentMismatchError(`Cannot send ${this.#size} bytes: the content delivers ${this.#sent}`, {
      expected: String(this.#size),
      actual: String(this.#sent),
      hint: 'The descriptor has another size than the bytes that open() delivers: correct one of the two.',
    })
  }
}
