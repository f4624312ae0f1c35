/** Streams of bytes: made of bytes in memory, and read into memory up to a limit. */

const SIZE = 1024 * 1024

/** Hands on bytes a mebibyte at a time, without copying them. */
export async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += SIZE) yield bytes.subarray(at, at + SIZE)
}

/** What was read of a stream. */
export interface Beginning {
  /** As they came; if there was more than the limit, with the one that went beyond it. */
  readonly chunks: readonly Uint8Array[]
  /** Whether the stream ended within the limit. */
  readonly isWhole: boolean
}

/** Reads at most `limit` bytes, and what came in the same chunk; a stream that is longer is left, which closes it. */
export async function readUpTo(stream: AsyncIterable<Uint8Array>, limit: number): Promise<Beginning> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) return { chunks, isWhole: false }
  }
  return { chunks, isWhole: true }
}
