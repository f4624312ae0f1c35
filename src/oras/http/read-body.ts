/** Reads answers into memory, from servers that may send more, or never stop. */
import { readUpTo } from '../oci/byte-stream.js'
import type { TransportResponse } from './transport.js'

/** Reads the body; `undefined` if it is longer than `limit` bytes, and then the rest is never read. */
export async function readBody(response: TransportResponse, limit: number): Promise<Buffer | undefined> {
  const { chunks, isWhole } = await readUpTo(response.read(), limit)
  return isWhole ? Buffer.concat(chunks) : undefined
}

/** Reads up to `limit` bytes before the answer is handed over; of a longer one a little more, and closes it. */
export async function readAhead(response: TransportResponse, limit: number): Promise<TransportResponse> {
  const { chunks } = await readUpTo(response.read(), limit)
  return replay(response, chunks)
}

/** Makes the response anew of one whose body has been read. */
export function replay(response: TransportResponse, chunks: readonly Uint8Array[]): TransportResponse {
  return {
    ...response,
    async *read() {
      yield* chunks
    },
    discard: async () => undefined,
  }
}

const PATIENCE = 5000

/**
 * Reads at most `limit` bytes as UTF-8, for at most five seconds, and closes what is left. An answer that breaks off is
 * taken as far as it came, unless the signal broke it off.
 */
export async function readShortBody(
  response: TransportResponse,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  async function* asFarAsItComes(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* response.read()
    } catch {
      signal?.throwIfAborted()
      // What came is still worth reading: it is shown in an error, or does not parse.
    }
  }
  const timer = setTimeout(() => response.close(), PATIENCE)
  try {
    const { chunks } = await readUpTo(asFarAsItComes(), limit)
    return Buffer.concat(chunks).subarray(0, limit).toString('utf8')
  } finally {
    clearTimeout(timer)
  }
}
