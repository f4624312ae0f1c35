/** The entries of a chart's archive as they come: counted, every name checked, and nothing kept that nobody asks for. */
import { InvalidArchiveError } from '../../oras/errors/oci-error.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { PATH_HINT } from '../model/check-path.js'
import { quote } from '../../oras/errors/escape-message.js'
import type { Reading } from '../model/reading.js'
import { readTar, type TarEntry } from '../../oras/tar/read-tar.js'

/** One file of an archive. */
export interface ArchiveFile {
  readonly path: string
  /** Reads the bytes; may be called once, before the next file is asked for. */
  readonly read: () => Promise<Uint8Array>
}

/**
 * Reads the files of a tar archive, in its order; folders are counted and passed over.
 *
 * @param toPath Makes the path of a file from the name of its entry; refuses by a `SyntaxError`.
 * @throws {InvalidArchiveError} if the archive is damaged, or holds a link, a device or a hostile name.
 * @throws {LimitExceededError} as soon as there is more than the budget of the reading allows.
 */
export async function* readEntries(
  tar: AsyncIterable<Uint8Array>,
  toPath: (name: string) => string,
  reading: Reading,
): AsyncGenerator<ArchiveFile, void, undefined> {
  const entries = readTar(countBytes(tar, reading))
  try {
    for (;;) {
      const { value: entry, done } = await explainDamage(entries.next(), reading)
      if (done) return
      reading.signal?.throwIfAborted()
      reading.budget.takeEntry()
      if (entry.kind === 'directory') continue
      const path = checkName(entry, toPath, reading)
      // The claim of the archive refuses early, and is worth nothing else.
      reading.budget.takeBytes(path, 0, entry.size)
      yield { path, read: () => explainDamage(readBytes(entry, path, reading), reading) }
    }
  } finally {
    await entries.return()
  }
}

/** The tar, bounded as a whole: headers and padding cost no file anything, but they are not free. */
async function* countBytes(
  tar: AsyncIterable<Uint8Array>,
  reading: Reading,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of tar) {
    reading.signal?.throwIfAborted()
    reading.budget.takeInflated(chunk.length)
    yield chunk
  }
}

async function readBytes(entry: TarEntry, path: string, reading: Reading): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of entry.body) {
    size += chunk.length
    reading.budget.takeBytes(path, chunk.length, size)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function checkName({ name, kind }: TarEntry, toPath: (name: string) => string, reading: Reading): string {
  if (kind !== 'file') {
    const what = kind === 'unknown' ? 'no plain file' : `a ${kind}`
    throw new InvalidArchiveError(`${reading.where}: the entry ${quote(name)} is ${what}`, {
      entry: name,
      hint: 'Pack the chart with files in place of links and devices, as "helm package" does.',
    })
  }
  try {
    return toPath(name)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidArchiveError(`${reading.where}: ${cause.message}`, { cause, entry: name, hint: PATH_HINT })
  }
}

async function explainDamage<T>(promise: Promise<T>, reading: Reading): Promise<T> {
  try {
    return await promise
  } catch (cause) {
    reading.signal?.throwIfAborted()
    if (!isDamage(cause)) throw cause
    throw new InvalidArchiveError(`${reading.where}: the archive is damaged: ${cause.message}`, {
      cause,
      hint: 'Download or pack the chart again: the file is cut off, was changed, or is no .tgz.',
    })
  }
}

/** What zlib and the reading of tar throw; the errors of the library and of a signal are neither. */
function isDamage(error: unknown): error is Error {
  if (error instanceof SyntaxError) return true
  return error instanceof Error && codeOf(error).startsWith('Z_')
}
