/** Streams of bytes: from bytes in memory, and into memory with a limit. */

const SIZE = 1024 * 1024

/** Streams bytes in memory in slices of 1 MiB, without copying them. */
export async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += SIZE) yield bytes.subarray(at, at + SIZE)
}

/** What was read from a stream. */
export interface ReadResult {
  /** The chunks as they came; if there was more than the limit, the last one exceeds it. */
  readonly chunks: readonly Uint8Array[]
  /** Whether the stream ended within the limit. */
  readonly isWhole: boolean
}

/** Reads `limit` bytes, and the rest of the last chunk; a longer stream is closed. */
export async function readUpTo(stream: AsyncIterable<Uint8Array>, limit: number): Promise<ReadResult> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) return { chunks, isWhole: false }
  }
  return { chunks, isWhole: true }
}
