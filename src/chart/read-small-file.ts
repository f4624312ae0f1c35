/** Small files, read on the spot: to hand one to another thread, and to wait for it, takes longer than reading it. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** In bytes. */
const SMALL = 256 * 1024

/**
 * Reads a file in one go, if it is small; `undefined` if it is not.
 *
 * @param size What the file had when it was found, in bytes; something else may be in its place meanwhile.
 * @param refuse Makes the error for what is no file.
 */
export function readSmallFile(path: string, size: number, refuse: () => Error): Uint8Array | undefined {
  if (size > SMALL) return undefined
  // Opening a pipe would wait for whoever writes to it.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const info = fstatSync(descriptor)
    if (!info.isFile()) throw refuse()
    return info.size <= SMALL ? readFileSync(descriptor) : undefined
  } finally {
    closeSync(descriptor)
  }
}
