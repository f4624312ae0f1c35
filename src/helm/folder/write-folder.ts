/** Writes files and their folders into a new folder on the disk. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { quote } from '../../oras/errors/escape-message.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { type FolderHandle, isReplaced } from '../../oras/folder-handle.js'
import type { ChartFile } from '../model/chart.js'
import { createBudget } from '../model/chart-limits.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'

/** How many files are written at the same time. */
const BATCH = 16
/** What making a folder costs, in steps of about a microsecond. */
const STEPS = 50

/** What to make in one folder. */
interface Contents {
  readonly folders: string[]
  readonly files: ChartFile[]
}

/**
 * Writes folders and files into an empty folder. Nothing is written outside of it, even if another program replaces
 * folders by links meanwhile.
 *
 * @param folders All folders above the files, outer ones first.
 * @throws {InvalidChartError} if another program moves or replaces something in the folder.
 */
export async function writeFolder(
  made: FolderHandle,
  folders: readonly string[],
  files: readonly ChartFile[],
  context: ReadContext,
): Promise<void> {
  const { signal, turns } = context
  const contents = new Map<string, Contents>(['', ...folders].map((path) => [path, { folders: [], files: [] }]))
  for (const path of folders) contents.get(parentOf(path))?.folders.push(path)
  for (const file of files) contents.get(parentOf(file.path))?.files.push(file)

  const written = new Map<string, FolderHandle>()
  for (const [path, inside] of contents) {
    const folder = path === '' ? made : openFolder(made, path, context)
    try {
      for (const each of inside.folders) {
        signal?.throwIfAborted()
        await turns.take(STEPS)
        makeFolder(folder, each, context)
      }
      for (let at = 0; at < inside.files.length; at += BATCH) {
        signal?.throwIfAborted()
        const writes = inside.files.slice(at, at + BATCH).map((file) => writeFile(folder, file, context))
        // All writes must have ended before the folder may be removed.
        await Promise.allSettled(writes)
        await Promise.all(writes)
      }
    } finally {
      if (folder !== made) folder.close()
    }
    written.set(path, folder)
  }
  // Another program may have put a link in the place of a folder.
  for (const [path, folder] of written) {
    if (!folder.isAt(made.at(path))) throw concurrentChange(context, quote(path), { file: path })
  }
  // Files can be made through descriptors although their paths are too long to open; this throws ENAMETOOLONG.
  const [longest = ''] = files.map(({ path }) => path).toSorted((a, b) => Buffer.byteLength(b) - Buffer.byteLength(a))
  lstatSync(join(made.path, longest))
}

function openFolder(made: FolderHandle, path: string, context: ReadContext): FolderHandle {
  try {
    return made.open(join(made.path, path))
  } catch (cause) {
    throw translateError(cause, path, context)
  }
}

function makeFolder(folder: FolderHandle, path: string, context: ReadContext): void {
  try {
    folder.makeFolder(nameOf(path), 0o755)
  } catch (cause) {
    throw translateError(cause, path, context)
  }
}

async function writeFile(folder: FolderHandle, { path, bytes }: ChartFile, context: ReadContext): Promise<void> {
  const { signal } = context
  const file = await folder.makeFile(nameOf(path), 0o644).catch((cause: unknown) => {
    throw translateError(cause, path, context)
  })
  try {
    await file.writeFile(bytes, { signal })
  } finally {
    await file.close()
  }
}

/** Turns an error of the file system into one of the chart: in a new folder, only another program can be in the way. */
function translateError(cause: unknown, path: string, context: ReadContext): unknown {
  if (codeOf(cause) !== 'EEXIST' && !isReplaced(cause)) return cause
  return concurrentChange(context, quote(path), { file: path, cause })
}

/** Creates the error for a file or a folder that another program moved or replaced meanwhile. */
export function concurrentChange(
  context: ReadContext,
  what: string,
  options: { readonly file?: string; readonly cause?: unknown } = {},
): Error {
  return invalidChart(context, `${what} was moved or replaced by another program`, {
    ...options,
    hint: 'Unpack the chart into a folder in which no other program writes.',
  })
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** How deep a file may be: each folder is found from the outermost one, so very many levels take hours. */
const MAX_LEVELS = 100

/**
 * Lists the folders above files, outer ones first.
 *
 * @throws {LimitExceededError} if there are more files and folders than the limits allow. They are counted here, because
 * an archive need not have an entry for each folder.
 */
export async function listFolders(files: readonly ChartFile[], context: ReadContext): Promise<readonly string[]> {
  const budget = createBudget(context.budget.limits, context.attempt)
  const folders = new Set<string>()
  for (const { path } of files) {
    // A longer path costs more.
    const turn = context.turns.take(1 + (path.length >> 5))
    if (turn) await turn
    if (path.split('/').length > MAX_LEVELS) {
      throw new LimitExceededError(`${context.attempt}: ${quote(path)} lies deeper than ${MAX_LEVELS} levels`, {
        limit: MAX_LEVELS,
        hint: 'Move the file up in the chart: no option raises this limit.',
      })
    }
    budget.takeEntry()
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end)
      if (folders.has(folder)) break
      budget.takeEntry()
      folders.add(folder)
    }
  }
  return [...folders].toSorted((a, b) => a.length - b.length)
}
