/** Writes gzip files: the same bytes come out whichever zlib this Node is built with. The one file that uses pako. */
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw } from 'node:zlib'
import { digestOf } from '../oci/digest.js'
import { Turns } from '../turns.js'

/** Deflates bytes, at level 6, without any header. */
export type Deflate = (source: AsyncIterable<Uint8Array>, signal?: AbortSignal) => Promise<readonly Uint8Array[]>

/** Packs bytes into a gzip file, which comes in pieces: joining them would take its size in memory once more. */
export type Gzip = (source: AsyncIterable<Uint8Array>, signal?: AbortSignal) => Promise<readonly Uint8Array[]>

const LEVEL = 6
const CHUNK = 256 * 1024
/** What pako deflates between two turns of the event loop, in bytes: ten milliseconds or so. */
const PAKO_PIECE = 128 * 1024
/** The digest of {@link sample}, deflated by the official builds of Node 20 to 26. */
const KNOWN_ANSWER = 'sha256:14fdd6bcefe9c4497adb9f97c06fd8c8e2836f313a83b42522a4776d8c49cd88'

let shared: Gzip | undefined

/** Packs bytes into a gzip file; equal bytes give equal files, on every build of Node. */
export async function gzip(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly Uint8Array[]> {
  return (shared ??= createGzip(deflateNatively))(source, signal)
}

/**
 * Makes a {@link Gzip} that uses the given deflate if it gives the bytes that official builds of Node give, and pako
 * otherwise. A Node that is linked to the system's zlib, or to another one, compresses as well, but differently. It
 * chooses when it is first used; a choice that fails is made again the next time.
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
    // No flags, no time, no name, and 255 for the system: "unknown". A real one would differ from machine to machine.
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

/** Deflates with pako, which is slower, but is the same everywhere. */
export async function deflateByPako(
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<readonly Uint8Array[]> {
  // Loaded here, because hardly any Node needs it.
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

/** Words and noise, repeated near and far, which the known builds of zlib deflate into different bytes. */
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
