/** Reads an answer before it is handed over, as whoever gets it will read it. */
import type { TransportResponse } from './transport.js'

/** Reads up to `limit` bytes; of a longer answer a little more, and closes it. */
export async function readAhead(response: TransportResponse, limit: number): Promise<TransportResponse> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.read()) {
    chunks.push(chunk)
    size += chunk.length
    if (size > limit) break
  }
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
