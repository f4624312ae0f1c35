/** Bytes that the embedded registry keeps, in the pieces in which they came. */

/** Bytes in pieces. */
export interface StoredBytes {
  readonly pieces: readonly Uint8Array[]
  readonly size: number
}

/** Takes the bytes from `start` up to but not including `end`, without a copy. */
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
