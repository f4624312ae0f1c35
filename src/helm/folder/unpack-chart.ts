/** Unpacks a chart into a folder on the disk, completely or not at all. */
import { join } from 'node:path'
import { aBoolean, anAbortSignal, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import { expectString } from '../../oras/errors/wrong-argument.js'
import { AlreadyExistsError, NotFoundError } from '../../oras/errors/oci-error.js'
import { FolderHandle, isReplaced } from '../../oras/folder-handle.js'
import { makeStaging, PREFIX, type Staging } from '../../oras/lock/staging.js'
import { recoverFolder, withRecoveredFolder } from '../../oras/lock/recover-folder.js'
import { readContent } from '../../oras/oci/content.js'
import type { Chart, ChartFile } from '../model/chart.js'
import { expectChart } from '../model/expect-chart.js'
import { checkFileNames, FileNameError } from './check-file-names.js'
import { folderName } from '../model/chart-names.js'
import { type ChartLimits, checkLimits, createBudget } from '../model/chart-limits.js'
import { listFiles } from './list-files.js'
import { exists, placeFolder, replaceFolder } from './place-folder.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readArchive } from './read-archive.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { uniqueFiles } from './unique-files.js'
import { requirePath } from '../model/check-path.js'
import { untilAborted } from '../../oras/signals.js'
import { Turns } from '../../oras/turns.js'
import { codeOf, isNowhere } from '../../oras/errors/system-error.js'
import { listFolders, concurrentChange, writeFolder } from './write-folder.js'

/** The codes for names in our temporary folders that another program has taken. */
const IN_THE_WAY: ReadonlySet<string> = new Set(['EEXIST', 'ENOTEMPTY'])

/** How long a cancelled call waits for the removal of its temporary files, in milliseconds. */
const REMOVING = 40

/** How to unpack a chart. */
export interface UnpackChartOptions {
  /**
   * Whether to replace what exists at the path of the chart: a file, a link, or a folder with all its files.
   *
   * @default false
   */
  readonly overwrite?: boolean | undefined
  /** How large the chart may be; every folder above a file counts, too. */
  readonly limits?: ChartLimits | undefined
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined
}

function unpackChecks(): OptionChecks<UnpackChartOptions> {
  return {
    overwrite: aBoolean,
    limits: checkLimits,
    signal: anAbortSignal,
  }
}

/**
 * Writes a chart to the folder `<directory>/<name>`, as `helm pull --untar` does, and gives the path of that folder. If
 * the chart has an archive, its files are written byte for byte, and packed subcharts stay packed; otherwise subcharts
 * are written unpacked.
 *
 * The files are written to a temporary folder in `directory`, which is renamed when it is complete. If the call fails,
 * the old folder stays. If the process is killed, the next call in the same directory restores the old folder and removes
 * the temporary one. A cancelled call rejects at once; the removal of thousands of files may take a little longer.
 *
 * @param directory A folder that exists.
 * @throws {AlreadyExistsError} if something exists at `<directory>/<name>` and `overwrite` is not `true`.
 * @throws {NotFoundError} if there is no such directory.
 * @throws {InvalidChartError} if a path leads out of the chart, or if no folder can hold all the files.
 * @throws {InvalidArchiveError} if the chart's archive is damaged, or has links or unsafe names.
 * @throws {ContentMismatchError} if the bytes of the archive do not match its descriptor.
 * @throws {LimitExceededError} if the chart exceeds `limits`.
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
  expectChart(chart)
  expectString('directory', 'the path of a folder', directory)
  const { overwrite = false, limits = {}, signal } = readOptions(options, unpackChecks())
  signal?.throwIfAborted()
  const attempt = `Cannot unpack chart ${quote(chart.metadata.name)}`
  const context = { attempt, budget: createBudget(limits, attempt), depth: 0, signal, turns: new Turns(signal) }
  const parent = findDirectory(directory, attempt)
  try {
    // First, so that what a killed process left is restored even if this call fails.
    await recoverFolder(parent.path, signal)
    return await unpackInto(parent, chart, { directory, overwrite, context })
  } finally {
    parent.close()
  }
}

async function unpackInto(
  parent: FolderHandle,
  chart: Chart,
  options: { readonly directory: string; readonly overwrite: boolean; readonly context: ReadContext },
): Promise<string> {
  const { directory, overwrite, context } = options
  const { attempt, signal } = context
  const name = folderName(chart, 'unpack')
  const path = join(directory, name)
  const taken = (cause?: unknown): Error =>
    new AlreadyExistsError(`${attempt}: ${path} exists`, {
      cause,
      hint: 'Choose another directory, or allow what is there to be replaced with overwrite: true.',
    })

  await checkNames([name], context, 'Chart.yaml')
  if (name.startsWith(PREFIX)) {
    throw invalidChart(context, `its name begins with "${PREFIX}", as temporary folders do`, {
      file: 'Chart.yaml',
      hint: `Give the chart a name in Chart.yaml that does not begin with "${PREFIX}".`,
    })
  }
  const held: FolderHandle[] = []
  const hold = (folder: FolderHandle): FolderHandle => {
    held.push(folder)
    return folder
  }
  let staging: Staging | undefined
  let old: FolderHandle | undefined
  try {
    const target = parent.at(name)
    if (!overwrite && (await exists(target))) throw taken()
    const files = await collectFiles(chart, context)
    const folders = await listFolders(files, context)
    const paths = files.map((file) => file.path)
    await checkNames(paths, context)

    staging = await makeStaging(parent.path)
    const temporary = hold(parent.open(staging.path))
    const outer = hold(makeInside(temporary, 'new'))
    if (overwrite) old = hold(makeInside(temporary, 'old'))
    const made = hold(makeInside(outer, name))
    await writeFolder(made, folders, files, context)
    await withRecoveredFolder(parent.path, signal, async () => {
      parent.check()
      made.check()
      if (old) await replaceFolder(outer.at(name), target, { folder: old, name })
      else await placeFolder(outer.at(name), target, taken)
    })
    // The chart is complete. What cannot be removed now is removed by a later call.
    await untilAborted(staging.remove(), signal, REMOVING).catch(() => undefined)
    return path
  } catch (error) {
    const cause = [parent, ...held].reduce((shown, folder) => folder.withRealPaths(shown), error)
    // If the old folder could not be moved back, it stays in the temporary folder, and a later call moves it back.
    const isAside = old && (await exists(old.at(name)))
    const tidied = isAside ? staging?.release() : staging?.remove()
    // A cancelled call does not wait for the removal of many files; it continues in the background.
    await untilAborted(
      Promise.resolve(tidied).catch(() => undefined),
      signal,
      REMOVING,
    )
    signal?.throwIfAborted()
    if (isReplaced(cause) || IN_THE_WAY.has(codeOf(cause)))
      throw concurrentChange(context, `a folder in ${directory}`, { cause })
    if (codeOf(cause) !== 'ENAMETOOLONG') throw cause
    throw invalidChart(context, `a path in it is too long to lie in ${directory}`, {
      cause,
      hint: 'Unpack the chart in a directory with a shorter path.',
    })
  } finally {
    for (const folder of held) folder.close()
  }
}

/** Opens the directory, and so follows links to it only once: everything that follows is in the same directory. */
function findDirectory(directory: string, attempt: string): FolderHandle {
  try {
    return FolderHandle.find(directory)
  } catch (cause) {
    if (!isReplaced(cause) && !isNowhere(cause)) throw cause
    throw new NotFoundError(`${attempt}: there is no folder ${directory}`, {
      cause,
      hint: 'Give the path of a folder that exists: the folder of the chart is made in it.',
    })
  }
}

function makeInside(folder: FolderHandle, name: string): FolderHandle {
  folder.makeFolder(name, 0o755)
  return folder.open(join(folder.path, name))
}

async function collectFiles(chart: Chart, context: ReadContext): Promise<readonly ChartFile[]> {
  const { budget, signal } = context
  let files: readonly ChartFile[]
  if (chart.archive) {
    const bytes = await readContent(chart.archive, { limit: budget.limits.chartBytes, signal })
    files = (await uniqueFiles(await readArchive(bytes, context), context)).files
  } else {
    files = listFiles(chart, '', 'unpack')
    for (const { path, bytes } of files) budget.takeBytes(path, bytes.length, bytes.length)
  }
  for (const { path } of files) {
    const turn = context.turns.take(1 + (path.length >> 5))
    if (turn) await turn
    requirePath(path, context, {
      hint: 'Nothing was unpacked. Every path must lead to a file in the chart, with "/" and without ".", ".." or "\\".',
    })
  }
  return files
}

async function checkNames(paths: readonly string[], context: ReadContext, file?: string): Promise<void> {
  try {
    await checkFileNames(paths, context.turns)
  } catch (cause) {
    if (!(cause instanceof FileNameError)) throw cause
    throw invalidChart(context, cause.message, { cause, file: file ?? cause.path, hint: cause.hint })
  }
}
