/** The files of a chart from a .tgz: unpacked in memory, counted as they come, every name checked. */
import { InvalidArchiveError } from '../errors.js'
import type { ChartFile } from './chart.js'
import { PATH_HINT, stripRoot } from './check-path.js'
import { gunzip } from './gzip.js'
import { quote } from './quote.js'
import type { Reading } from './reading.js'
import { readTar, type TarEntry } from './read-tar.js'

/** Tells a gzip file by its first bytes. */
function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8
}

/**
 * Reads the files of a packed chart, without the root folder, in the order of the archive.
 *
 * @throws {InvalidArchiveError} if the bytes are damaged, are no archive, or hold a link, a device or a hostile name.
 * @throws {LimitExceededError} as soon as there is more than the budget of the reading allows.
 */
export async function readArchive(archive: Uint8Array, reading: Reading): Promise<readonly ChartFile[]> {
  if (!isGzip(archive)) {
    throw new InvalidArchiveError(`${reading.where}: it is not a gzipped archive`, { hint: NO_GZIP_HINT })
  }
  const files: ChartFile[] = []
  try {
    for await (const entry of readTar(inflate(archive, reading))) {
      reading.signal?.throwIfAborted()
      reading.budget.takeEntry()
      if (entry.kind === 'directory') continue
      files.push(await readEntry(entry, reading))
    }
  } catch (cause) {
    reading.signal?.throwIfAborted()
    if (!isDamage(cause)) throw cause
    throw new InvalidArchiveError(`${reading.where}: the archive is damaged: ${cause.message}`, {
      cause,
      hint: 'Download or pack the chart again: the file is cut off, was changed, or is no .tgz.',
    })
  }
  if (files.length === 0) {
    throw new InvalidArchiveError(`${reading.where}: no files in chart archive`, { hint: EMPTY_HINT })
  }
  return files
}

/** The tar, bounded as a whole: headers and padding cost no file anything, but they are not free. */
async function* inflate(archive: Uint8Array, reading: Reading): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of gunzip(archive)) {
    reading.signal?.throwIfAborted()
    reading.budget.takeInflated(chunk.length)
    yield chunk
  }
}

async function readEntry(entry: TarEntry, reading: Reading): Promise<ChartFile> {
  const path = checkName(entry, reading)
  // The claim of the archive refuses early, and is worth nothing else.
  reading.budget.takeBytes(path, 0, entry.size)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of entry.body) {
    size += chunk.length
    reading.budget.takeBytes(path, chunk.length, size)
    chunks.push(chunk)
  }
  return { path, bytes: Buffer.concat(chunks) }
}

function checkName(entry: TarEntry, reading: Reading): string {
  const { name, kind } = entry
  if (kind !== 'file') {
    const what = kind === 'unknown' ? 'no plain file' : `a ${kind}`
    throw new InvalidArchiveError(`${reading.where}: the entry ${quote(name)} is ${what}`, {
      entry: name,
      hint: 'Pack the chart with files in place of links and devices, as "helm package" does.',
    })
  }
  try {
    return stripRoot(name)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidArchiveError(`${reading.where}: ${cause.message}`, { cause, entry: name, hint: PATH_HINT })
  }
}

/** What zlib and the reading of tar throw; the errors of the library and of a signal are neither. */
function isDamage(error: unknown): error is Error {
  if (error instanceof SyntaxError) return true
  return error instanceof Error && String((error as { code?: unknown }).code).startsWith('Z_')
}

const NO_GZIP_HINT = 'Give the folder of a chart, or the .tgz that "helm package" makes of it.'
const EMPTY_HINT =
  'Pack the chart folder itself: the archive holds <name>/Chart.yaml and the other files below <name>/.'
