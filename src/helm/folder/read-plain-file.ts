/** The bytes of one file: a small one is read on the spot, for to hand it to another thread takes longer than reading it. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** In bytes. */
const SMALL = 256 * 1024
// Opening a pipe would wait for whoever writes to it.
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * Reads a file, in whose place something else may have come since it was found.
 *
 * @param refuse Makes the error for what is no file.
 */
export async function readPlainFile(
  path: string,
  refuse: () => Error,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  try {
    return readSmallFile(path, refuse) ?? (await readLargeFile(path, refuse, signal))
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  }
}

/** `undefined` for a file that is large. */
function readSmallFile(path: string, refuse: () => Error): Uint8Array | undefined {
  const descriptor = openSync(path, FLAGS)
  try {
    const info = fstatSync(descriptor)
    if (!info.isFile()) throw refuse()
    return info.size <= SMALL ? readFileSync(descriptor) : undefined
  } finally {
    closeSync(descriptor)
  }
}

// By a handle: what Node reads by the number of an open file, it hands over in part when the signal stops it.
async function readLargeFile(path: string, refuse: () => Error, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const file = await open(path, FLAGS)
  try {
    if (!(await file.stat()).isFile()) throw refuse()
    return await file.readFile(signal ? { signal } : {})
  } finally {
    await file.close()
  }
}
