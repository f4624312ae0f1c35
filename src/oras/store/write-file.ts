/** Writes one content to a new file: while a piece is written to the disk, the next one is read and hashed. */ import {
  type FileHandle,
  open,
} from 'node:fs/promises'
import type { Content } from '../oci/content.js'

/** The size of a write, in bytes: with a larger one, the disk waits for the reader; with a smaller one, the reader waits. */
const PIECE = 1024 * 1024

/** Writes a content to a file that must not exist; after an error, the caller has to remove the file. */
export async function writeFile(content: Content, path: string, signal: AbortSignal | undefined): Promise<void> {
  const file = await open(path, 'wx')
  let writing = Promise.resolve()
  try {
    let held: Uint8Array[] = []
    let size = 0
    for await (const chunk of content.open({ signal })) {
      held.push(chunk)
      size += chunk.length
      if (size < PIECE) continue
      await writing
      writing = writeAll(file, held, size)
      // The error is thrown by the next `await writing`; until then it must not count as unhandled.
      writing.catch(() => {})
      held = []
      size = 0
    }
    await writing
    await writeAll(file, held, size)
  } catch (error) {
    // The caller gets the first error.
    await Promise.allSettled([writing])
    await Promise.allSettled([file.close()])
    signal?.throwIfAborted()
    throw error
  }
  await file.close()
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[], size: number): Promise<void> {
  if (size === 0) return
  const { bytesWritten } = await file.writev(chunks)
  if (bytesWritten === size) return
  // A full disk writes what fits without an error; the error comes with the next write.
  let rest = Buffer.concat(chunks).subarray(bytesWritten)
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten)
}
