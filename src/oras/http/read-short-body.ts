/** Reads answers that should be short, from servers that may not stop. */
import type { TransportResponse } from './transport.js'

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
  const chunks: Uint8Array[] = []
  let size = 0
  const timer = setTimeout(() => response.close(), PATIENCE)
  try {
    for await (const chunk of response.read()) {
      chunks.push(chunk)
      size += chunk.length
      if (size > limit) break
    }
  } catch {
    signal?.throwIfAborted()
    // What came is still worth reading: it is shown in an error, or does not parse.
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks).subarray(0, limit).toString('utf8')
}
