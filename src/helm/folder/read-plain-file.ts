/** The bytes of one file. A small one is read at once: handing it to another thread takes longer than reading it. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** Up to how many bytes a file is small. */
const SMALL = 256 * 1024

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

/** Without waiting: to open a pipe would wait for a program that writes to it. */
function readFlags(): number {
  return constants.O_RDONLY | constants.O_NONBLOCK
}

/** `undefined` for a file that is large. */
function readSmallFile(path: string, refuse: () => Error): Uint8Array | undefined {
  const descriptor = openSync(path, readFlags())
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
  const file = await open(path, readFlags())
  try {
    if (!(await file.stat()).isFile()) throw refuse()
    return await file.readFile(signal ? { signal } : {})
  } finally {
    await file.close()
  }
}
