/** The streamed body of a request, while it is sent. */
import { ContentMismatchError } from '../errors/oci-error.js'
import type { IdleTimer } from './idle-timer.js'

/** Counts the bytes of a body, because Content-Length was sent before, and remembers an error of the source. */
export class UploadBody {
  /** The error of the source, if it failed. */
  error: Error | undefined
  readonly #source: AsyncIterable<Uint8Array>
  readonly #size: number
  readonly #silence: IdleTimer
  #sent = 0

  /** @param silence Runs while the other side takes bytes, and pauses while the source is read. */
  constructor(source: AsyncIterable<Uint8Array>, size: number, silence: IdleTimer) {
    this.#source = source
    this.#size = size
    this.#silence = silence
  }

  get isSent(): boolean {
    return this.#sent === this.#size
  }

  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    let isReading = true
    this.#silence.pause()
    try {
      for await (const chunk of this.#source) {
        this.#sent += chunk.length
        if (this.#sent > this.#size) throw this.#wrongSize()
        isReading = false
        this.#silence.restart()
        yield chunk
        this.#silence.pause()
        isReading = true
      }
      if (!this.isSent) throw this.#wrongSize()
    } catch (error) {
      // A broken connection is thrown at the yield; that is not an error of the source.
      if (isReading) this.error = error as Error
      throw error
    } finally {
      this.#silence.restart()
    }
  }

  #wrongSize(): ContentMismatchError {
    return new ContentMismatchError(`Cannot send ${this.#size} bytes: the content delivers ${this.#sent}`, {
      expected: String(this.#size),
      actual: String(this.#sent),
      hint: 'The content delivers other bytes than its descriptor says: describe it again, or mend what opens it.',
    })
  }
}
