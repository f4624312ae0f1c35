/** Bytes that come in pieces of any size, taken in pieces of the size that is needed. */
import { Turns } from '../turns.js'

/** Takes bytes from a source, and knows where it ends. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #turns: Turns
  #held: Uint8Array = new Uint8Array(0)
  /** What comes before has been taken. */
  #at = 0

  /** @param turns Given while the bytes come: what is in memory comes without a pause. */
  constructor(source: AsyncIterable<Uint8Array>, turns = new Turns()) {
    this.#chunks = source[Symbol.asyncIterator]()
    this.#turns = turns
  }

  /** Takes so many bytes in one piece, if they are all at hand: an archive has very many entries to wait for. */
  takeHeld(length: number): Buffer | undefined {
    const start = this.#at
    if (start + length > this.#held.length) return undefined
    this.#at += length
    return Buffer.from(this.#held.buffer, this.#held.byteOffset + start, length)
  }

  /** Takes so many bytes in one piece; fewer only at the end. */
  async take(length: number): Promise<Buffer> {
    const held = this.takeHeld(length)
    if (held) return held
    const pieces: Uint8Array[] = []
    for await (const piece of this.stream(length)) pieces.push(piece)
    return Buffer.concat(pieces)
  }

  /** Hands on so many bytes as they come; fewer only at the end. */
  async *stream(length: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = length; left > 0;) {
      if (this.#at === this.#held.length && !(await this.#fill())) return
      const piece = this.#held.subarray(this.#at, this.#at + left)
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
    this.#held = value
    this.#at = 0
    const turn = this.#turns.take(STEPS_PER_PIECE + value.length / BYTES_PER_STEP)
    if (turn) await turn
    return true
  }
}

const STEPS_PER_PIECE = 4
/** Whatever is done with bytes, comparing or copying: it takes about so long. */
const BYTES_PER_STEP = 2048
