/** Unpacking: a chart as a folder on the disk, whole or not at all. */
import { lstat, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { AlreadyExistsError, LimitExceededError, NotFoundError } from '../../oras/errors/oci-error.js'
import { readContent } from '../../oras/oci/content.js'
import type { Chart, ChartFile } from '../model/chart.js'
import { checkFileNames, FileNameError } from './check-file-names.js'
import { folderName } from '../model/chart-names.js'
import { type ChartLimits, openBudget } from '../model/chart-limits.js'
import { listFiles } from './list-files.js'
import { exists, placeFolder, replaceFolder } from './place-folder.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readArchive } from './read-archive.js'
import { type Reading, refuseChart } from '../model/reading.js'
import { requirePath } from '../model/check-path.js'
import { Turns } from '../../oras/turns.js'
import { codeOf, isNowhere } from '../../oras/errors/system-error.js'

/** How many files are open at the same time. */
const BATCH = 16

/** How to unpack a chart. */
export interface UnpackChartOptions {
  /**
   * Whether the chart may take the place of what has its name: a file, a link, a folder with all that is in it.
   *
   * @default false
   */
  readonly overwrite?: boolean | undefined
  /** How much may be unpacked; every folder on the way to a file counts. */
  readonly limits?: ChartLimits | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Writes a chart as the folder `<directory>/<name>`, as `helm pull --untar` does, and gives the path of that folder. If
 * the chart has an archive, these are the files of the archive, byte for byte, packed subcharts included; otherwise
 * subcharts are written unpacked. All is written to a temporary folder in `directory` first, and appears once it is
 * complete; if the call fails, what stood there stands there still.
 *
 * @param directory A folder that exists.
 * @throws {AlreadyExistsError} if something stands at `<directory>/<name>` and `overwrite` is not `true`.
 * @throws {NotFoundError} if there is no such directory.
 * @throws {InvalidChartError} if a path leads out of the chart, or if no folder can hold all the files.
 * @throws {InvalidArchiveError} if the chart's archive is damaged, or holds links or hostile names.
 * @throws {ContentMismatchError} if the bytes of the archive are not those of its descriptor.
 * @throws {LimitExceededError} if there is more than `limits` allows.
 * @example
 * ```ts
 * import { mkdir } from 'node:fs/promises'
 * import { readChart, unpackChart } from 'oras-helm'
 *
 * await mkdir('unpacked', { recursive: true })
 * const path = await unpackChart(await readChart('examples/mychart'), 'unpacked', { overwrite: true })
 * console.log((await readChart(path)).metadata.name) // mychart
 * ```
 */
export async function unpackChart(chart: Chart, directory: string, options: UnpackChartOptions = {}): Promise<string> {
  const { overwrite = false, limits = {}, signal } = options
  signal?.throwIfAborted()
  const where = `Cannot unpack chart ${quote(chart.metadata.name)}`
  const reading = { where, budget: openBudget(limits, where), depth: 0, signal, turns: new Turns(signal) }
  const name = folderName(chart, 'unpack')
  const path = join(directory, name)
  const taken = (cause?: unknown): Error =>
    new AlreadyExistsError(`${where}: ${path} exists`, {
      cause,
      hint: 'Choose another directory, or allow what is there to be replaced with overwrite: true.',
    })

  await checkNames([name], reading, 'Chart.yaml')
  const parent = await findDirectory(directory, where)
  const target = join(parent, name)
  if (!overwrite && (await exists(target))) throw taken()
  const files = await collectFiles(chart, reading)
  const folders = await listFolders(files, reading)
  const paths = files.map((file) => file.path)
  await checkNames(paths, reading)

  const temporary = await mkdtemp(join(parent, '.oras-helm-'))
  const made = join(temporary, 'new')
  const aside = join(temporary, 'old')
  try {
    await writeFiles(made, folders, files, reading)
    signal?.throwIfAborted()
    if (overwrite) await replaceFolder(made, target, aside)
    else await placeFolder(made, target, taken)
  } catch (cause) {
    // What could not be put back stays where it is.
    await rm((await exists(aside)) ? made : temporary, { recursive: true, force: true }).catch(() => undefined)
    signal?.throwIfAborted()
    if (codeOf(cause) !== 'ENAMETOOLONG') throw cause
    throw refuseChart(reading, `a path in it is too long to lie in ${directory}`, {
      cause,
      hint: 'Unpack the chart in a directory with a shorter path.',
    })
  }
  await rm(temporary, { recursive: true, force: true })
  return path
}

/** Follows the links to the directory once, so that all that comes happens in the same one. */
async function findDirectory(directory: string, where: string): Promise<string> {
  let cause: unknown
  try {
    const real = await realpath(directory)
    if ((await lstat(real)).isDirectory()) return real
  } catch (error) {
    if (!isNowhere(error)) throw error
    cause = error
  }
  throw new NotFoundError(`${where}: there is no folder ${directory}`, {
    cause,
    hint: 'Give the path of a folder that exists: the folder of the chart is made in it.',
  })
}

async function collectFiles(chart: Chart, reading: Reading): Promise<readonly ChartFile[]> {
  const { budget, signal } = reading
  let files: readonly ChartFile[]
  if (chart.archive) {
    files = await readArchive(await readContent(chart.archive, { limit: budget.limits.chartBytes, signal }), reading)
  } else {
    files = listFiles(chart, '', 'unpack')
    for (const { path, bytes } of files) budget.takeBytes(path, bytes.length, bytes.length)
  }
  for (const { path } of files) {
    const turn = reading.turns.take(stepsFor(path))
    if (turn) await turn
    requirePath(path, reading, {
      hint: 'Nothing was unpacked. Every path must lead to a file in the chart, with "/" and without ".", ".." or "\\".',
    })
  }
  return files
}

async function checkNames(paths: readonly string[], reading: Reading, file?: string): Promise<void> {
  try {
    await checkFileNames(paths, reading.turns)
  } catch (cause) {
    if (!(cause instanceof FileNameError)) throw cause
    throw refuseChart(reading, cause.message, { cause, file: file ?? cause.path, hint: cause.hint })
  }
}

/**
 * Makes a folder, the folders in it, and the files; nothing is ever written through a link.
 *
 * @param made A real path that nothing stands at.
 * @throws {InvalidChartError} if another program has put a link where a folder was made.
 */
async function writeFiles(
  made: string,
  folders: readonly string[],
  files: readonly ChartFile[],
  reading: Reading,
): Promise<void> {
  const { signal } = reading
  await mkdir(made, { mode: 0o755 })
  for (const folder of folders) {
    signal?.throwIfAborted()
    await mkdir(await resolveInside(made, folder, reading), { mode: 0o755 })
  }
  for (let at = 0; at < files.length; at += BATCH) {
    signal?.throwIfAborted()
    const writes = files.slice(at, at + BATCH).map(async ({ path, bytes }) => {
      // The flag lets it fail at whatever has the name, a link too.
      await writeFile(await resolveInside(made, path, reading), bytes, { flag: 'wx', mode: 0o644, signal })
    })
    // None may still be at work when the folder is removed.
    await Promise.allSettled(writes)
    await Promise.all(writes)
  }
}

/** Looks at the real path of a folder that was made before anything is put into it. */
async function resolveInside(made: string, path: string, reading: Reading): Promise<string> {
  const inside = join(made, path)
  const folder = await realpath(dirname(inside))
  // That of `made` is its real path, for it lies in a new folder of a real path.
  if (folder === made || folder.startsWith(`${made}${sep}`)) return inside
  throw refuseChart(reading, `the folder of ${quote(path)} has become a link that leads out of the chart`, {
    file: path,
    hint: 'Another program put the link there meanwhile: unpack the chart where no other program writes.',
  })
}

/** A path of some thousand characters takes longer to look at than a short one. */
function stepsFor(path: string): number {
  return 1 + (path.length >> 5)
}

/** How deep a file may lie: finding the real path of a folder looks at each folder around it, and long paths take hours. */
const MAX_LEVELS = 100

/**
 * Lists the folders on the way to files, outer ones first.
 *
 * @throws {LimitExceededError} if there are more files and folders than the limits of the reading allow; an archive
 * counts only what has an entry in it.
 */
async function listFolders(files: readonly ChartFile[], reading: Reading): Promise<readonly string[]> {
  const budget = openBudget(reading.budget.limits, reading.where)
  const folders = new Set<string>()
  for (const { path } of files) {
    const turn = reading.turns.take(stepsFor(path))
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
