/** Reads one open file; a small one synchronously, which is faster than the thread pool of Node. */
import { closeSync, fstatSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'

/** In bytes: the largest file that is read synchronously, and the size of the parts in which a larger one is read. */
const SMALL = 256 * 1024

const readPiece = promisify(read)

/** How to read a file. Another program may have replaced the file since it was found. */
export interface PlainFileRules {
  /** Creates the error if it is not a regular file. */
  readonly irregular: () => Error
  /** Creates the error if the file was changed while it was read. */
  readonly changed: () => Error
  /** Counts the size before the file is read; throws if it is too large. */
  readonly take: (size: number) => void
  /** Cancels the reading of a large file. */
  readonly signal: AbortSignal | undefined
}

/** Reads an open file and closes it; never reads more bytes than the file had at first. */
export async function readPlainFile(descriptor: number, rules: PlainFileRules): Promise<Uint8Array> {
  try {
    const info = fstatSync(descriptor)
    if (!info.isFile()) throw rules.irregular()
    rules.take(info.size)
    const bytes = Buffer.allocUnsafe(info.size)
    const isWhole = info.size > SMALL ? await fill(bytes, descriptor, rules.signal) : fillAtOnce(bytes, descriptor)
    const now = fstatSync(descriptor)
    if (!isWhole || now.size !== info.size || now.mtimeMs !== info.mtimeMs) throw rules.changed()
    return bytes
  } finally {
    closeSync(descriptor)
  }
}

function fillAtOnce(bytes: Uint8Array, descriptor: number): boolean {
  for (let at = 0; at < bytes.length;) {
    const count = readSync(descriptor, bytes, at, bytes.length - at, null)
    if (count === 0) return false
    at += count
  }
  return true
}

async function fill(bytes: Uint8Array, descriptor: number, signal: AbortSignal | undefined): Promise<boolean> {
  for (let at = 0; at < bytes.length;) {
    signal?.throwIfAborted()
    const { bytesRead } = await readPiece(descriptor, bytes, at, Math.min(SMALL, bytes.length - at), null)
    if (bytesRead === 0) return false
    at += bytesRead
  }
  signal?.throwIfAborted()
  return true
}
