/** Reads gzip files that others made: unpacked as their bytes come, and no faster than the result is asked for. */
import { createGunzip, type Gunzip, gunzipSync } from 'node:zlib'
import { slices } from '../oci/byte-stream.js'
import { Turns } from '../turns.js'
import { ByteSource } from './byte-source.js'
import { BLOCK_SIZE, isTarHeader, isZero } from './tar-header.js'

const CHUNK = 1024 * 1024
/** How many bytes may go in and come out, for a file to be unpacked at once. */
const SMALL = { packed: 256 * 1024, unpacked: 2 * 1024 * 1024 }
/** In steps of work: a piece that goes to another thread and back, and the bytes of it. */
const STEPS_PER_PIECE = 20
const BYTES_PER_STEP = { packed: 32, unpacked: 256 }

/** Tells a gzip file by its first bytes. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8
}

/**
 * Unpacks a gzip file, of one member or of several, so that whoever counts the bytes can stop a bomb early. Leaving the
 * iteration ends the reading of the source, too.
 *
 * @param turns Given while the file is unpacked, also if nothing comes out of it.
 * @throws {Error} if the file is not gzip, is damaged, ends too early, or goes on after its end; errors of the source come
 * through as they are.
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  turns = new Turns(),
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createGunzip({ chunkSize: CHUNK })
  const watch = new StreamWatch(stream)
  try {
    let fed = 0
    let left = 0
    for await (const chunk of source) {
      const turn = turns.take(STEPS_PER_PIECE + chunk.length / BYTES_PER_STEP.packed)
      if (turn) await turn
      if (left > 0) {
        expectZeros(chunk)
        continue
      }
      fed += chunk.length
      yield* watch.readUntilTaken(chunk)
      // zlib stops at what is no further member, and says nothing.
      left = fed - stream.bytesWritten
      expectZeros(chunk.subarray(chunk.length - left))
    }
    if (left === 0) stream.end()
    yield* watch.readToEnd()
  } finally {
    stream.destroy()
  }
}

/** Unpacks a gzip file in memory as {@link gunzip} does, a small one without waiting for other threads. */
export async function* gunzipBytes(
  bytes: Uint8Array,
  turns = new Turns(),
): AsyncGenerator<Uint8Array, void, undefined> {
  expectNoTar(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, BLOCK_SIZE)))
  const whole = gunzipSmall(bytes)
  if (whole) {
    const turn = turns.take(bytes.length / BYTES_PER_STEP.packed + whole.length / BYTES_PER_STEP.unpacked)
    if (turn) await turn
    yield whole
  } else {
    yield* gunzip(slices(bytes), turns)
  }
}

/** In what a gzip header may hold, there is room for a tar archive: Python looks for one first. */
function expectNoTar(head: Buffer): void {
  if (head.length === BLOCK_SIZE && isTarHeader(head))
    throw new SyntaxError('it is a gzip file and a tar archive at once')
}

/** `undefined` for a file that is large or damaged: the stream then says what is wrong with it. */
function gunzipSmall(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > SMALL.packed || claimedSize(bytes) > SMALL.unpacked) return undefined
  try {
    // With `info`, the engine comes beside the bytes; the types of Node do not know that.
    const answer: unknown = gunzipSync(bytes, { info: true, chunkSize: CHUNK, maxOutputLength: SMALL.unpacked })
    const { buffer, engine } = answer as { buffer: Buffer; engine: Gunzip }
    return engine.bytesWritten === bytes.length ? buffer : undefined
  } catch {
    return undefined
  }
}

/** The size that the file claims. It may be wrong, and only spares the attempt that would inflate a large file twice. */
function claimedSize({ buffer, byteOffset, length }: Uint8Array): number {
  return length < 4 ? 0 : new DataView(buffer, byteOffset, length).getUint32(length - 4, true)
}

/**
 * Unpacks what is gzipped as {@link gunzip} does, and hands on anything else as it is.
 *
 * @param refuse Makes the error if nothing else will do.
 */
export async function* gunzipIfGzipped(
  source: AsyncIterable<Uint8Array>,
  turns: Turns,
  refuse?: () => Error,
): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = new ByteSource(source, turns)
  try {
    const head = await bytes.take(BLOCK_SIZE)
    if (refuse && !isGzip(head)) throw refuse()
    if (isGzip(head)) expectNoTar(head)
    const whole = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      yield head
      yield* bytes.stream(Infinity)
    }
    yield* isGzip(head) ? gunzip(whole(), turns) : whole()
  } finally {
    await bytes.close()
  }
}

function expectZeros(bytes: Uint8Array): void {
  if (!isZero(bytes)) throw new SyntaxError('it has bytes after its end')
}

/** Reads what comes out of a stream while bytes are written to it. */
class StreamWatch {
  readonly #stream: Gunzip
  #hasEnded = false
  #error: Error | undefined
  #wake: () => void = () => {}

  constructor(stream: Gunzip) {
    this.#stream = stream
    stream.on('readable', () => this.#wake())
    stream.on('error', (error) => {
      this.#error = error
      this.#wake()
    })
    stream.on('end', () => {
      this.#hasEnded = true
      this.#wake()
    })
  }

  readUntilTaken(chunk: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    let isTaken = false
    this.#stream.write(chunk, () => {
      isTaken = true
      this.#wake()
    })
    return this.#read(() => isTaken)
  }

  readToEnd(): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#read(() => false)
  }

  async *#read(isDone: () => boolean): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const piece = this.#stream.read() as Uint8Array | null
      if (piece) {
        yield piece
        continue
      }
      if (this.#error) throw this.#error
      if (this.#hasEnded || isDone()) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
