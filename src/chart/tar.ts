/** tar archives in and out: the only door to tar-stream; what is written is the same everywhere and at any time. */
import { Readable } from 'node:stream'
import type { ChartFile } from './chart.js'

/** One entry of an archive that somebody else wrote; nothing about it has been checked. */
export interface TarEntry {
  /** As the archive spells it. */
  readonly name: string
  /** `file`, `directory`, `symlink` and so on; `null` for a type that nobody knows. */
  readonly type: string | null
  /** In bytes, as the archive claims. */
  readonly size: number
  /** May be iterated once, before the next entry is asked for. */
  readonly body: AsyncIterable<Uint8Array>
}

const BLOCK = 256 * 1024

/** Writes plain files only, in the given order: mode 0644, nobody's, of the year 1970. */
export async function* writeTar(files: readonly ChartFile[]): AsyncGenerator<Uint8Array, void, undefined> {
  const { pack } = await import('tar-stream')
  const stream = pack()
  for (const { path, bytes } of files) {
    stream.entry({ name: path, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) }, bytes)
  }
  stream.finalize()
  // Headers and small files would travel in very many very small pieces.
  let held: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    held.push(chunk)
    size += chunk.length
    if (size < BLOCK) continue
    yield Buffer.concat(held)
    held = []
    size = 0
  }
  yield Buffer.concat(held)
}

/**
 * Reads the entries of an archive as its bytes come. Leaving the iteration ends the reading of the bytes, too.
 *
 * @throws {Error} if the bytes are no tar archive or end too early; errors of the source come through as they are.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, undefined> {
  // The types of tar-stream do not know this option. Go reads archives from before POSIX, which name no format.
  const options: object = { allowUnknownFormat: true }
  const { extract } = await import('tar-stream')
  const entries = extract(options)
  const bytes = Readable.from(source)
  bytes.on('error', (error) => entries.destroy(error))
  bytes.pipe(entries as unknown as NodeJS.WritableStream)
  try {
    for await (const entry of entries) {
      const { name, type, size } = entry.header
      yield { name, type, size, body: entry as AsyncIterable<Uint8Array> }
      // What nobody read must flow away before the next entry can come.
      entry.resume()
    }
  } finally {
    bytes.destroy()
  }
}
