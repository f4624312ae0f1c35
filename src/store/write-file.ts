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
      writing = writeAll(file, held)
      // Whoever waits for it next gets the error, and until then nobody has to.
      writing.catch(() => {})
      held = []
      size = 0
    }
    await writing
    await writeAll(file, held)
  } catch (error) {
    signal?.throwIfAborted()
    throw error
  } finally {
    await writing.catch(() => {})
    await file.close()
  }
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  if (chunks.length === 0) return
  const { bytesWritten } = await file.writev(chunks)
  if (bytesWritten === sum(chunks)) return
  // A disk that is full takes what fits, and says that it is full only to whoever writes the rest.
  let rest = Buffer.concat(chunks).subarray(bytesWritten)
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten)
}

function sum(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((size, chunk) => size + chunk.length, 0)
}
