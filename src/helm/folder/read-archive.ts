/** The files of a chart from its archive: counted, every name checked; all of them in memory, or one by one as they come. */
import { InvalidArchiveError } from '../../oras/errors/oci-error.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { quote } from '../../oras/errors/escape-message.js'
import { gunzipBytes, isGzip } from '../../oras/tar/gunzip.js'
import { readTar, type TarEntry } from '../../oras/tar/read-tar.js'
import type { ChartFile } from '../model/chart.js'
import { stripRoot } from '../model/check-path.js'
import type { ReadContext } from '../model/read-context.js'

/** What to do about an entry whose name leads out of the folder. */
export const PATH_HINT =
  'Nothing was unpacked. Pack the chart again with "helm package", and ask where this archive is from.'

/**
 * Reads the files of a packed chart, without the root folder, in the order of the archive.
 *
 * @throws {InvalidArchiveError} if the bytes are damaged, are no archive, or hold a link, a device or a hostile name.
 * @throws {LimitExceededError} as soon as there is more than the budget of the reading allows.
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

/** Makes the error for what should be a `.tgz`, but is not gzipped. */
export function notGzipped(context: ReadContext): InvalidArchiveError {
  return new InvalidArchiveError(`${context.attempt}: it is not a gzipped archive`, {
    hint: 'Give the folder of a chart, or the .tgz that "helm package" makes of it.',
  })
}

/** One file of an archive. */
export interface ArchiveFile {
  readonly path: string
  /** Reads the bytes; may be called once, before the next file is asked for. */
  readonly read: () => Promise<Uint8Array>
}

/**
 * Reads the files of a packed chart without its root folder, as they come.
 *
 * @throws as {@link readEntries} does, and if there are several root folders: unpacked, that is another chart.
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
 * Reads the files of a tar archive, in its order; folders are counted and passed over.
 *
 * @param toPath Makes the path of a file from the name of its entry; refuses by a `SyntaxError`.
 * @throws {InvalidArchiveError} if the archive is damaged, or holds a link, a device or a hostile name.
 * @throws {LimitExceededError} as soon as there is more than the budget of the reading allows.
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
      // The size that the archive claims can only refuse a file early; the bytes are counted as they come.
      context.budget.takeBytes(path, 0, entry.size)
      yield { path, read: () => explainDamage(readBytes(entry, path, context), context) }
    }
    await expectNoFiles(folders, files, context)
  } finally {
    await entries.return()
  }
}

/** Of folders that are entries; as many as have room in a path are work without end. */
const MAX_LEVELS = 100

/** Gives the path of a folder, which is empty for the root: who unpacks the archive makes it where its name says. */
function checkFolder(entry: TarEntry, toPath: (name: string) => string, context: ReadContext): string {
  let end = entry.name.length
  while (entry.name[end - 1] === '/') end--
  const path = checkName({ ...entry, kind: 'file', name: `${entry.name.slice(0, end)}/_` }, toPath, context)
  if (path.split('/').length > MAX_LEVELS) {
    throw new InvalidArchiveError(`${context.attempt}: a folder lies deeper than ${MAX_LEVELS} levels`, {
      entry: entry.name,
      hint: PATH_HINT,
    })
  }
  return path.slice(0, -2)
}

/** Refuses folders that are files, or lie in some: Helm passes over them, and others cannot unpack the archive. */
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

/** Counts all bytes of the tar: headers and padding belong to no file, and need a limit too. */
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
    const what = kind === 'unknown' ? 'no plain file' : `a ${kind}`
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

async function explainDamage<T>(promise: Promise<T>, context: ReadContext): Promise<T> {
  try {
    return await promise
  } catch (cause) {
    context.signal?.throwIfAborted()
    if (!isDamage(cause)) throw cause
    throw new InvalidArchiveError(`${context.attempt}: the archive is damaged: ${cause.message}`, {
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
