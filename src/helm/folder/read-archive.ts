/** Reads the files of a chart from its archive, all at once or one by one, with limits and checks of every name. */
import { InvalidArchiveError } from '../../oras/errors/oci-error.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { quote } from '../../oras/errors/escape-message.js'
import { gunzipBytes, isGzip } from '../../oras/tar/gunzip.js'
import { readTar, type TarEntry } from '../../oras/tar/read-tar.js'
import type { ChartFile } from '../model/chart.js'
import { stripRoot } from '../model/check-path.js'
import type { ReadContext } from '../model/read-context.js'

/** The hint for an entry whose name leads out of the folder. */
export const PATH_HINT = 'Nothing was unpacked. Pack the chart again from its folder, or ask its author to.'

/**
 * Reads all files of a packed chart, in the order of the archive, with paths relative to the root folder.
 *
 * @throws {InvalidArchiveError} if the archive is damaged, or has a link, a device or an unsafe name.
 * @throws {LimitExceededError} if the archive exceeds the budget.
 */
export async function readArchive(archive: Uint8Array, context: ReadContext): Promise<readonly ChartFile[]> {
  if (!isGzip(archive)) throw notGzipped(context)
  const files: ChartFile[] = []
  for await (const { path, read } of readChartEntries(gunzipBytes(archive, context.turns), context)) {
    files.push({ path, bytes: await read() })
  }
  if (files.length > 0) return files
  throw new InvalidArchiveError(`${context.attempt}: no files in chart archive`, {
    hint: 'Pack the chart folder itself: the archive holds <name>/Chart.yaml and the other files below <name>/.',
  })
}

/** Creates the error for an archive that is not gzipped. */
export function notGzipped(context: ReadContext): InvalidArchiveError {
  return new InvalidArchiveError(`${context.attempt}: it is not a gzipped archive`, {
    hint: 'Give the folder of the chart, or pack it with "helm package" or packChart(): the archive of a chart is a gzipped tar file.',
  })
}

/** One file of an archive. */
export interface ArchiveFile {
  /** Relative to the chart's folder, with slashes. */
  readonly path: string
  /** Reads the bytes; may be called once, before the next file is requested. */
  readonly read: () => Promise<Uint8Array>
}

/**
 * Reads the files of a packed chart one by one, with paths relative to the root folder.
 *
 * @throws as {@link readEntries} does, and if there are several root folders, which Helm merges, but tar does not.
 */
export function readChartEntries(
  tar: AsyncIterable<Uint8Array>,
  context: ReadContext,
): AsyncGenerator<ArchiveFile, void, undefined> {
  let root: string | undefined
  const toPath = (name: string): string => {
    const path = stripRoot(name)
    const own = name.slice(0, name.indexOf('/'))
    root ??= own
    if (own !== root) throw new SyntaxError(`chart has two root folders: ${quote(root)} and ${quote(own)}`)
    return path
  }
  return readEntries(tar, toPath, context)
}

/**
 * Reads the files of a tar archive one by one, in its order; folders are checked and counted, but not returned.
 *
 * @param toPath Makes the path of a file from the name of its entry; throws a `SyntaxError` for an invalid name.
 * @throws {InvalidArchiveError} if the archive is damaged, or has a link, a device or an unsafe name.
 * @throws {LimitExceededError} if the archive exceeds the budget.
 */
export async function* readEntries(
  tar: AsyncIterable<Uint8Array>,
  toPath: (name: string) => string,
  context: ReadContext,
): AsyncGenerator<ArchiveFile, void, undefined> {
  const entries = readTar(countBytes(tar, context), context.turns)
  const files = new Set<string>()
  const folders = new Set<string>()
  try {
    for (;;) {
      const { value: entry, done } = await explainDamage(entries.next(), context)
      if (done) break
      context.signal?.throwIfAborted()
      context.budget.takeEntry()
      if (entry.kind === 'directory') {
        folders.add(checkFolder(entry, toPath, context))
        continue
      }
      const path = checkName(entry, toPath, context)
      files.add(path)
      // The declared size can only refuse a file early; the bytes are counted while they are read.
      context.budget.takeBytes(path, 0, entry.size)
      yield { path, read: () => explainDamage(readBytes(entry, path, context), context) }
    }
    await expectNoFiles(folders, files, context)
  } finally {
    await entries.return()
  }
}

/** How deep a folder entry may be: checking paths of very many levels takes long. */
const MAX_LEVELS = 100

/** Checks the name of a folder entry as that of a file in it, because tar creates the folder; gives its path. */
function checkFolder(entry: TarEntry, toPath: (name: string) => string, context: ReadContext): string {
  let end = entry.name.length
  while (entry.name[end - 1] === '/') end--
  const path = checkName({ ...entry, kind: 'file', name: `${entry.name.slice(0, end)}/_` }, toPath, context)
  if (path.split('/').length > MAX_LEVELS) {
    throw new InvalidArchiveError(`${context.attempt}: a folder lies deeper than ${MAX_LEVELS} levels`, {
      entry: entry.name,
      hint: 'Nothing was unpacked. Move the folder up in the chart: no option raises this limit.',
    })
  }
  return path.slice(0, -2)
}

/** Refuses a folder whose path is, or leads through, a file: Helm ignores folders, but tar cannot unpack the archive. */
async function expectNoFiles(
  folders: Iterable<string>,
  files: ReadonlySet<string>,
  context: ReadContext,
): Promise<void> {
  for (const folder of folders) {
    for (let end = folder.length; end > 0; end = folder.lastIndexOf('/', end - 1)) {
      const turn = context.turns.take(1 + end / 100)
      if (turn) await turn
      const file = folder.slice(0, end)
      if (!files.has(file)) continue
      throw new InvalidArchiveError(`${context.attempt}: ${quote(file)} is a file, but there is also a folder`, {
        entry: file,
        hint: 'Pack the chart again, with the file or the folder: both cannot have one name.',
      })
    }
  }
}

/** Counts all bytes of the tar archive, headers and padding included. */
async function* countBytes(
  tar: AsyncIterable<Uint8Array>,
  context: ReadContext,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of tar) {
    context.signal?.throwIfAborted()
    context.budget.takeInflated(chunk.length)
    yield chunk
  }
}

async function readBytes(entry: TarEntry, path: string, context: ReadContext): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of entry.body) {
    size += chunk.length
    context.budget.takeBytes(path, chunk.length, size)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function checkName({ name, kind }: TarEntry, toPath: (name: string) => string, context: ReadContext): string {
  if (kind !== 'file') {
    const what = kind === 'unknown' ? 'not a regular file' : `a ${kind}`
    throw new InvalidArchiveError(`${context.attempt}: the entry ${quote(name)} is ${what}`, {
      entry: name,
      hint: 'Pack the chart with files in place of links and devices, as "helm package" does.',
    })
  }
  try {
    return toPath(name)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidArchiveError(`${context.attempt}: ${cause.message}`, { cause, entry: name, hint: PATH_HINT })
  }
}

/** Turns the errors of zlib and of the tar reader into an {@link InvalidArchiveError}. */
async function explainDamage<T>(promise: Promise<T>, context: ReadContext): Promise<T> {
  try {
    return await promise
  } catch (cause) {
    context.signal?.throwIfAborted()
    if (!isDamage(cause)) throw cause
    throw new InvalidArchiveError(`${context.attempt}: the archive cannot be read: ${cause.message}`, {
      cause,
      hint: 'Download the chart again, or pack it again with "helm package" or packChart().',
    })
  }
}

/** Tells the errors of zlib and of the tar reader from those of the library and of a signal. */
function isDamage(error: unknown): error is Error {
  if (error instanceof SyntaxError) return true
  return error instanceof Error && codeOf(error).startsWith('Z_')
}
