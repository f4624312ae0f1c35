/** Bytes in memory, as a stream of them. */

const SIZE = 1024 * 1024

/** Hands on bytes a mebibyte at a time, without copying them. */
export async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += SIZE) yield bytes.subarray(at, at + SIZE)
}
