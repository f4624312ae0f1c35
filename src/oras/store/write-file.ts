/** One content to a new file: while a piece is on its way to the disk, the next one is read and hashed. */
import { type FileHandle, open } from 'node:fs/promises'
import type { Content } from '../oci/content.js'

/** In bytes. With larger ones the disk waits for the reader, with smaller ones the reader for the disk. */
const PIECE = 1024 * 1024

/** Writes a content to a file that must not be there; one that is cut short is left for the caller to remove. */
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
      // Whoever waits for it next gets the error; until then it is nobody's.
      writing.catch(() => {})
      held = []
      size = 0
    }
    await writing
    await writeAll(file, held, size)
  } catch (error) {
    // What went wrong first is what the caller has to know.
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
  // A disk that is full takes what fits, and says that it is full only to whoever writes the rest.
  let rest = Buffer.concat(chunks).subarray(bytesWritten)
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten)
}
