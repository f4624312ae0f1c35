/** Writes gzip files, with the same bytes whichever zlib this Node is built with. The only file that imports pako. */
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw } from 'node:zlib'
import { digestOf } from '../oci/digest.js'
import { Turns } from '../turns.js'

/** Deflates bytes at level 6, without a header. */
export type Deflate = (source: AsyncIterable<Uint8Array>, signal?: AbortSignal) => Promise<readonly Uint8Array[]>

/** Compresses bytes to a gzip file. The result is a list of pieces: joining them would need twice the memory. */
export type Gzip = (source: AsyncIterable<Uint8Array>, signal?: AbortSignal) => Promise<readonly Uint8Array[]>

const LEVEL = 6
const CHUNK = 256 * 1024
/** How many bytes pako deflates between two turns of the event loop: about ten milliseconds. */
const PAKO_PIECE = 128 * 1024
/** The digest of the deflated {@link sample}, as official builds of Node 20 to 26 deflate it. */
const KNOWN_ANSWER = 'sha256:14fdd6bcefe9c4497adb9f97c06fd8c8e2836f313a83b42522a4776d8c49cd88'

let shared: Gzip | undefined

/** Compresses bytes to a gzip file; equal bytes give equal files on every build of Node. */
export async function gzip(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly Uint8Array[]> {
  return (shared ??= createGzip(deflateNatively))(source, signal)
}

/**
 * Creates a {@link Gzip}. It uses the given deflate if that returns the same bytes as official builds of Node, and pako
 * otherwise: a Node that is linked to another zlib, such as the system's, returns other bytes. The choice is made at the
 * first use; if that fails, it is made again at the next use.
 */
export function createGzip(native: Deflate): Gzip {
  let chosen: Promise<Deflate> | undefined
  return async (source, signal) => {
    chosen ??= chooseDeflate(native).catch((error: unknown) => {
      chosen = undefined
      throw error
    })
    const deflate = await chosen
    let crc = 0
    let size = 0
    const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
      for await (const chunk of source) {
        signal?.throwIfAborted()
        crc = crc32(chunk, crc)
        size += chunk.length
        yield chunk
      }
    }
    const body = await deflate(counted(), signal)
    // No flags, time or name, and 255 ("unknown") as the system: real values would differ between machines.
    const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)
    const trailer = Buffer.alloc(8)
    trailer.writeUInt32LE(crc, 0)
    trailer.writeUInt32LE(size % 2 ** 32, 4)
    return [header, ...body, trailer]
  }
}

async function chooseDeflate(native: Deflate): Promise<Deflate> {
  const answer = Buffer.concat(await native(sample()))
  return digestOf(answer) === KNOWN_ANSWER ? native : deflateByPako
}

async function deflateNatively(
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = []
  const collect = async (deflated: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of deflated) chunks.push(chunk)
  }
  try {
    await pipeline(
      source,
      createDeflateRaw({ level: LEVEL, chunkSize: CHUNK }),
      collect,
      signal ? { signal: AbortSignal.any([signal]) } : {},
    )
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
  return chunks
}

/** Deflates with pako, which is slower, but returns the same bytes everywhere. */
export async function deflateByPako(
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<readonly Uint8Array[]> {
  // Loaded only if needed: official builds of Node do not need it.
  const { Deflate: PakoDeflate } = await import('pako')
  const turns = new Turns(signal)
  const chunks: Uint8Array[] = []
  const deflate = new PakoDeflate({ raw: true, level: LEVEL, chunkSize: CHUNK })
  deflate.onData = (chunk) => void chunks.push(chunk)
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += PAKO_PIECE) {
      deflate.push(chunk.subarray(at, at + PAKO_PIECE), false)
      await turns.give()
    }
  }
  deflate.push(new Uint8Array(0), true)
  return chunks
}

/** A sample that different builds of zlib are known to deflate to different bytes: words and noise with repetitions. */
async function* sample(): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = Buffer.alloc(CHUNK)
  let state = 1
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 16) % below
  }
  let at = 0
  while (at < bytes.length) {
    const word = random(512)
    const length = 2 + (word % 11)
    for (let position = 0; position < length; position++) bytes[at + position] = 97 + ((word * (position + 3)) % 26)
    at += length
    bytes[at++] = random(9) === 0 ? random(256) : 32
  }
  for (let start = 0; start < bytes.length; start += CHUNK / 4) yield bytes.subarray(start, start + CHUNK / 4)
}
