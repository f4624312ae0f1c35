/** Files in a new folder on the disk, with the folders on the way to them. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { quote } from '../../oras/errors/escape-message.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { type FolderHandle, isReplaced } from '../../oras/folder-handle.js'
import type { ChartFile } from '../model/chart.js'
import { createBudget } from '../model/chart-limits.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'

/** How many files are open at the same time. */
const BATCH = 16
/** How many steps of work a folder is, for the turns of the event loop. */
const STEPS = 50

/** What is made in one folder. */
interface Contents {
  readonly folders: string[]
  readonly files: ChartFile[]
}

/**
 * Makes folders and files in a folder that is empty. Nothing is made in another one, whatever other programs put in its
 * place, or in the place of those in it.
 *
 * @param folders All that lie on the way to the files, outer ones first.
 * @throws {InvalidChartError} if another program is in the way.
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
        // None may still be at work when the folder is removed.
        await Promise.allSettled(writes)
        await Promise.all(writes)
      }
    } finally {
      if (folder !== made) folder.close()
    }
    written.set(path, folder)
  }
  // Somebody may have put a link where a folder was filled.
  for (const [path, folder] of written) {
    if (!folder.isAt(made.at(path))) throw concurrentChange(context, quote(path), { file: path })
  }
  // Through descriptors, files are made that nobody finds by their paths.
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

/** What an error of the file system means: all folders are new, and nobody else has anything to do there. */
function translateError(cause: unknown, path: string, context: ReadContext): unknown {
  if (codeOf(cause) !== 'EEXIST' && !isReplaced(cause)) return cause
  return concurrentChange(context, quote(path), { file: path, cause })
}

/** Makes the error for another program that is at work in the same place. */
export function concurrentChange(
  context: ReadContext,
  what: string,
  options: { readonly file?: string; readonly cause?: unknown } = {},
): Error {
  return invalidChart(context, `${what} was moved or replaced by another program meanwhile`, {
    ...options,
    hint: 'Unpack the chart where no other program writes.',
  })
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** How deep a file may lie: each folder is found from the outermost one, and long paths take hours. */
const MAX_LEVELS = 100

/**
 * Lists the folders on the way to files, outer ones first.
 *
 * @throws {LimitExceededError} if there are more files and folders than the limits of the reading allow; an archive
 * counts only what has an entry in it.
 */
export async function listFolders(files: readonly ChartFile[], context: ReadContext): Promise<readonly string[]> {
  const budget = createBudget(context.budget.limits, context.attempt)
  const folders = new Set<string>()
  for (const { path } of files) {
    // A path of some thousand characters takes longer to look at than a short one.
    const turn = context.turns.take(1 + (path.length >> 5))
    if (turn) await turn
    if (path.split('/').length > MAX_LEVELS) {
      throw new LimitExceededError(`${context.attempt}: ${quote(path)} lies deeper than ${MAX_LEVELS} levels`, {
        limit: MAX_LEVELS,
        hint: 'Move the file up in the chart: no template needs to lie that deep.',
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
