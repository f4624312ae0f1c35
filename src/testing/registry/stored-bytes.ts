/** Stored bytes of the embedded registry, in the pieces in which they arrived. */

/** Bytes in pieces. */
export interface StoredBytes {
  readonly pieces: readonly Uint8Array[]
  readonly size: number
}

/** Returns the bytes from `start` to `end` without a copy; `end` is exclusive. */
export function sliceBytes({ pieces }: StoredBytes, start: number, end: number): readonly Uint8Array[] {
  const slices: Uint8Array[] = []
  let at = 0
  for (const piece of pieces) {
    const slice = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
    if (slice.length > 0) slices.push(slice)
    at += piece.length
  }
  return slices
}
