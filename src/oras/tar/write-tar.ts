/** Writes tar archives: the same files always give the same bytes. The only file that imports tar-stream. */
import { slices } from '../oci/byte-stream.js'
import { Turns } from '../turns.js'

/** A file that goes into an archive. */
export interface TarFile {
  /** The path in the archive, with slashes; it is not checked. */
  readonly path: string
  /** The content. */
  readonly bytes: Uint8Array
}

const BLOCK = 256 * 1024
/** How many steps of {@link Turns} a header and a piece count as. */
const HEADER_STEPS = 20
const PIECE_STEPS = 2

/** Writes an archive of plain files, in the given order, with mode 0644, user id 0 and the time 0. */
export async function* writeTar(
  files: readonly TarFile[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { pack } = await import('tar-stream')
  const turns = new Turns(signal)
  const stream = pack()
  // One entry at a time: with ten thousand entries queued in tar-stream, stopping takes as long as writing them.
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
  // The reader of the stream gets the error.
  enter().catch((error: unknown) => stream.destroy(error as Error))
  // Headers and small files are joined to larger pieces. Large files are not copied: the copies would take tens of
  // megabytes until they are collected as garbage.
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
