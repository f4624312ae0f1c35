/** Decompresses untrusted gzip files as a stream, no faster than the result is read. */
import { createGunzip, type Gunzip, gunzipSync } from 'node:zlib'
import { slices } from '../oci/byte-stream.js'
import { Turns } from '../turns.js'
import { ByteSource } from './byte-source.js'
import { BLOCK_SIZE, isTarHeader, isZero } from './tar-header.js'

const CHUNK = 1024 * 1024
/** The largest file that is decompressed at once, in bytes before and after. */
const SMALL = { packed: 256 * 1024, unpacked: 2 * 1024 * 1024 }
/** In steps of {@link Turns}: a piece that goes to another thread and back, and its bytes. */
const STEPS_PER_PIECE = 20
const BYTES_PER_STEP = { packed: 32, unpacked: 256 }

/** Tells whether bytes begin as a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8
}

/**
 * Decompresses a gzip file, of one member or several. A caller that counts the bytes can stop a bomb early: leaving the
 * iteration closes the source too.
 *
 * @param turns Lets the event loop turn while the file is decompressed, also if no bytes come out of it.
 * @throws {Error} if the file is not gzip, is damaged, ends too early, or has bytes after its end; errors of the source
 * are thrown as they are.
 */
export async function* gunzip(
  source: AsyncIterable<Uint8Array>,
  turns = new Turns(),
): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createGunzip({ chunkSize: CHUNK })
  const watch = new StreamReader(stream)
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
      // zlib stops without an error at bytes that are not a further member.
      left = fed - stream.bytesWritten
      expectZeros(chunk.subarray(chunk.length - left))
    }
    if (left === 0) stream.end()
    yield* watch.readToEnd()
  } finally {
    stream.destroy()
  }
}

/** Decompresses a gzip file in memory as {@link gunzip} does; a small file without another thread. */
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

/** Refuses a file that is tar and gzip at once: a gzip header can hold a tar header, and Python tries tar first. */
function expectNoTar(head: Buffer): void {
  if (head.length === BLOCK_SIZE && isTarHeader(head))
    throw new SyntaxError('it is a gzip file and a tar archive at once')
}

/** Decompresses a small file at once; `undefined` if it is large or damaged: the stream then finds the error. */
function gunzipSmall(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length > SMALL.packed || claimedSize(bytes) > SMALL.unpacked) return undefined
  try {
    // With `info`, the result holds the engine too; the types of Node do not have that.
    const answer: unknown = gunzipSync(bytes, { info: true, chunkSize: CHUNK, maxOutputLength: SMALL.unpacked })
    const { buffer, engine } = answer as { buffer: Buffer; engine: Gunzip }
    return engine.bytesWritten === bytes.length ? buffer : undefined
  } catch {
    return undefined
  }
}

/** The size that the file claims. It may be wrong; it only avoids decompressing a large file twice. */
function claimedSize({ buffer, byteOffset, length }: Uint8Array): number {
  return length < 4 ? 0 : new DataView(buffer, byteOffset, length).getUint32(length - 4, true)
}

/**
 * Decompresses a gzip file as {@link gunzip} does; returns any other stream as it is.
 *
 * @param refuse Creates the error for a stream that is not gzip, if only gzip is allowed.
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

/** Reads the output of a stream while bytes are written to it. */
class StreamReader {
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
