/** Buffers a stream, so that it can be read in pieces of a needed size. */
import { Turns } from '../turns.js'

/** Reads bytes from a source in pieces of any size. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #turns: Turns
  #buffer: Uint8Array = new Uint8Array(0)
  /** The offset of the next byte in the buffer. */
  #at = 0

  /** @param turns Lets the event loop turn while bytes come: a source in memory never pauses. */
  constructor(source: AsyncIterable<Uint8Array>, turns = new Turns()) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#turns = turns
  }

  /** Takes this many bytes in one piece, if they are all buffered: faster than a promise for each entry of an archive. */
  takeBuffered(length: number): Buffer | undefined {
    const start = this.#at
    if (start + length > this.#buffer.length) return undefined
    this.#at += length
    return Buffer.from(this.#buffer.buffer, this.#buffer.byteOffset + start, length)
  }

  /** Takes this many bytes in one piece; fewer only at the end. */
  async take(length: number): Promise<Buffer> {
    const buffered = this.takeBuffered(length)
    if (buffered) return buffered
    const pieces: Uint8Array[] = []
    for await (const piece of this.stream(length)) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  /** Yields this many bytes as they come; fewer only at the end. */
  async *stream(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0;) {
      if (this.#at === this.#buffer.length && !(await this.#fill())) return
      const piece = this.#buffer.subarray(this.#at, this.#at + left)
      this.#at += piece.length
      left -= piece.length
      yield piece
    }
  }

  /** Stops the source. */
  async close(): Promise<void> {
    await this.#chunks.return?.()
  }

  async #fill(): Promise<boolean> {
    const { value, done } = await this.#chunks.next()
    if (done) return false
    this.#buffer = value
    this.#at = 0
    const turn = this.#turns.take(STEPS_PER_PIECE + value.length / BYTES_PER_STEP)
    if (turn) await turn
    return true
  }
}

const STEPS_PER_PIECE = 4
/** How many bytes count as one step of {@link Turns}, for comparing or copying them. */
const BYTES_PER_STEP = 2048
