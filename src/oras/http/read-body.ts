/** Reads response bodies into memory, with a limit: a server may send too much, or never stop. */
import { readUpTo } from '../oci/byte-stream.js'
import type { TransportResponse } from './transport.js'

/** Reads the body; `undefined` if it is longer than `limit` bytes: then the rest is not read. */
export async function readBody(response: TransportResponse, limit: number): Promise<Buffer | undefined> {
  const { chunks, isWhole } = await readUpTo(response.read(), limit)
  return isWhole ? Buffer.concat(chunks) : undefined
}

/** Reads up to `limit` bytes and returns a response that holds them; if the body is longer, the connection is closed. */
export async function readAhead(response: TransportResponse, limit: number): Promise<TransportResponse> {
  const { chunks } = await readUpTo(response.read(), limit)
  return replay(response, chunks)
}

/** Creates a response with a body that has been read already. */
export function replay(response: TransportResponse, chunks: readonly Uint8Array[]): TransportResponse {
  return {
    ...response,
    async *read() {
      yield* chunks
    },
    discard: async () => undefined,
  }
}

const READ_TIMEOUT = 5000

/**
 * Reads at most `limit` bytes as UTF-8, for at most five seconds, and then closes the connection. If it breaks, the bytes
 * that came are returned; if the signal aborted, its reason is thrown.
 */
export async function readShortBody(
  response: TransportResponse,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  async function* readUntilError(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* response.read()
    } catch {
      signal?.throwIfAborted()
      // The bytes so far are still useful: they are shown in an error, or fail to parse.
    }
  }
  const timer = setTimeout(() => response.close(), READ_TIMEOUT)
  try {
    const { chunks } = await readUpTo(readUntilError(), limit)
    return Buffer.concat(chunks).subarray(0, limit).toString('utf8')
  } finally {
    clearTimeout(timer)
  }
}
