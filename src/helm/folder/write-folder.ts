/** Files in a new folder on the disk, with the folders on the way to them. */
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { quote } from '../../oras/errors/escape-message.js'
import { codeOf } from '../../oras/errors/system-error.js'
import { type HeldFolder, isReplaced } from '../../oras/held-folder.js'
import type { ChartFile } from '../model/chart.js'
import { openBudget } from '../model/chart-limits.js'
import { type Reading, refuseChart } from '../model/reading.js'

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
  made: HeldFolder,
  folders: readonly string[],
  files: readonly ChartFile[],
  reading: Reading,
): Promise<void> {
  const { signal, turns } = reading
  const contents = new Map<string, Contents>(['', ...folders].map((path) => [path, { folders: [], files: [] }]))
  for (const path of folders) contents.get(parentOf(path))?.folders.push(path)
  for (const file of files) contents.get(parentOf(file.path))?.files.push(file)

  const written = new Map<string, HeldFolder>()
  for (const [path, inside] of contents) {
    const folder = path === '' ? made : openFolder(made, path, reading)
    try {
      for (const each of inside.folders) {
        signal?.throwIfAborted()
        await turns.take(STEPS)
        makeFolder(folder, each, reading)
      }
      for (let at = 0; at < inside.files.length; at += BATCH) {
        signal?.throwIfAborted()
        const writes = inside.files.slice(at, at + BATCH).map((file) => writeFile(folder, file, reading))
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
    if (!folder.isAt(made.at(path))) throw refuseInterference(reading, quote(path), { file: path })
  }
  // Through descriptors, files are made that nobody finds by their paths.
  const [longest = ''] = files.map(({ path }) => path).toSorted((a, b) => Buffer.byteLength(b) - Buffer.byteLength(a))
  lstatSync(join(made.path, longest))
}

function openFolder(made: HeldFolder, path: string, reading: Reading): HeldFolder {
  try {
    return made.open(join(made.path, path))
  } catch (cause) {
    throw explain(cause, path, reading)
  }
}

function makeFolder(folder: HeldFolder, path: string, reading: Reading): void {
  try {
    folder.makeFolder(nameOf(path), 0o755)
  } catch (cause) {
    throw explain(cause, path, reading)
  }
}

async function writeFile(folder: HeldFolder, { path, bytes }: ChartFile, reading: Reading): Promise<void> {
  const { signal } = reading
  const file = await folder.makeFile(nameOf(path), 0o644).catch((cause: unknown) => {
    throw explain(cause, path, reading)
  })
  try {
    await file.writeFile(bytes, { signal })
  } finally {
    await file.close()
  }
}

/** What an error of the file system means: all folders are new, and nobody else has anything to do there. */
function explain(cause: unknown, path: string, reading: Reading): unknown {
  if (codeOf(cause) !== 'EEXIST' && !isReplaced(cause)) return cause
  return refuseInterference(reading, quote(path), { file: path, cause })
}

/** Makes the error for another program that is at work in the same place. */
export function refuseInterference(
  reading: Reading,
  what: string,
  options: { readonly file?: string; readonly cause?: unknown } = {},
): Error {
  return refuseChart(reading, `${what} was moved or replaced by another program meanwhile`, {
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
export async function listFolders(files: readonly ChartFile[], reading: Reading): Promise<readonly string[]> {
  const budget = openBudget(reading.budget.limits, reading.where)
  const folders = new Set<string>()
  for (const { path } of files) {
    // A path of some thousand characters takes longer to look at than a short one.
    const turn = reading.turns.take(1 + (path.length >> 5))
    if (turn) await turn
    if (path.split('/').length > MAX_LEVELS) {
      throw new LimitExceededError(`${reading.where}: ${quote(path)} lies deeper than ${MAX_LEVELS} levels`, {
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
