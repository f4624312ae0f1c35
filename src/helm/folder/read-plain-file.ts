/** The bytes of one open file. A small one is read at once: handing it to another thread takes longer than reading it. */
import { closeSync, fstatSync, read, readSync } from 'node:fs'
import { promisify } from 'node:util'

/** Up to how many bytes a file is small; of another one, how many are read before the signal is looked at. */
const SMALL = 256 * 1024

const readPiece = promisify(read)

/** What to do with a file: in its place, something else may have come since it was found. */
export interface PlainFileRules {
  /** Refuses what is no file. */
  readonly irregular: () => Error
  /** Refuses a file that is written to while it is read. */
  readonly changed: () => Error
  /** Refuses a file that is too large, before any of it is read. */
  readonly take: (size: number) => void
  readonly signal: AbortSignal | undefined
}

/** Reads an open file and closes it: as many bytes as it has when this begins, however it grows meanwhile. */
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
