/** Reads answers whole that are known to be small, from servers that may send more. */
import type { TransportResponse } from './transport.js'

/** Reads the body; `undefined` if it is longer than `limit` bytes, and then the rest is never read. */
export async function readBody(response: TransportResponse, limit: number): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.read()) {
    size += chunk.length
    if (size > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
