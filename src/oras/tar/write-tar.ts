/** tar archives out: the only file that imports tar-stream; what is written is the same everywhere and at any time. */

import { slices } from '../oci/byte-stream.js'
import { Turns } from '../turns.js'

/** A file that goes into an archive. */
export interface TarFile {
  /** With slashes; nothing about it is checked. */
  readonly path: string
  readonly bytes: Uint8Array
}

const BLOCK = 256 * 1024
/** In steps of work, of a header that is made, and of a piece that is handed on. */
const HEADER_STEPS = 20
const PIECE_STEPS = 2

/** Writes plain files only, in the given order: mode 0644, nobody's, of the year 1970. */
export async function* writeTar(
  files: readonly TarFile[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { pack } = await import('tar-stream')
  const turns = new Turns(signal)
  const stream = pack()
  // One after the other: to stop while ten thousand of them wait takes as long as to write them.
  const enter = async (): Promise<void> => {
    for (const { path, bytes } of files) {
      const header = { name: path, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) } as const
      await new Promise<void>((resolve, reject) => {
        stream.entry(header, bytes, (error) => (error ? reject(error as Error) : resolve()))
      })
      const turn = turns.take(HEADER_STEPS)
      if (turn) await turn
    }
    stream.finalize()
  }
  // Whoever reads the stream gets the error.
  enter().catch((error: unknown) => stream.destroy(error as Error))
  // Headers and small files would travel in very many very small pieces. Large files are not copied: until they are
  // collected, the copies of large files would take tens of megabytes.
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const turn = turns.take(PIECE_STEPS)
    if (turn) await turn
    if (size + chunk.length >= BLOCK) {
      yield Buffer.concat(held)
      held = []
      size = 0
    }
    if (chunk.length >= BLOCK) {
      yield* slices(chunk)
    } else {
      held.push(chunk)
      size += chunk.length
    }
  }
  yield Buffer.concat(held)
}
