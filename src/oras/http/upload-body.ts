/** The body of a request on its way to the other side. */
import { ContentMismatchError } from '../errors/oci-error.js'
import type { SilenceTimer } from './silence-timer.js'

/** Bytes that are counted, because Content-Length was promised; what goes wrong with their source is remembered. */
export class UploadBody {
  /** Why the source failed. */
  error: Error | undefined
  readonly #source: AsyncIterable<Uint8Array>
  readonly #size: number
  readonly #silence: SilenceTimer
  #sent = 0

  /** @param silence Is told when the other side is waited for, and when only the source is. */
  constructor(source: AsyncIterable<Uint8Array>, size: number, silence: SilenceTimer) {
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
      // A connection that breaks is thrown in at the yield, and is no fault of the source.
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
      hint: 'The descriptor has another size than the bytes that open() delivers: correct one of the two.',
    })
  }
}
