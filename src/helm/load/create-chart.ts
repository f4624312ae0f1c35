/** Charts that are made in memory, from files that a program writes. */
import type { Chart, ChartFile } from '../model/chart.js'
import { requirePath } from '../model/check-path.js'
import { type ChartLimits, checkLimits } from '../model/chart-limits.js'
import { anAbortSignal, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import { expectIterable, isBytes, isObject, wrongArgument } from '../../oras/errors/wrong-argument.js'
import { loadFiles } from './load-files.js'
import { createReadContext } from '../model/read-context.js'

const PLAIN_PATH_HINT =
  'Write paths relative to the chart, with "/" and without ".", ".." or "\\": templates/service.yaml.'

/** How to make a chart. */
export interface CreateChartOptions {
  /**
   * How large the chart may be.
   *
   * @default Helm's limits
   */
  readonly limits?: ChartLimits | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

function createChecks(): OptionChecks<CreateChartOptions> {
  return { limits: checkLimits, signal: anAbortSignal }
}

function expectFile(file: ChartFile): ChartFile {
  const isRight = isObject(file) && typeof file['path'] === 'string' && isBytes(file['bytes'])
  if (isRight) return file
  throw wrongArgument('a file of the chart', '{ path, bytes }, a string and a Uint8Array', file)
}

/**
 * Makes a chart of files, by the same rules as one that is read from the disk: Chart.yaml is checked, what lies in
 * `charts/` becomes subcharts, and the files are sorted as they are packed. `.helmignore` is not applied, and the bytes
 * are not copied.
 *
 * @throws {InvalidChartError} if the files are no chart that Helm would load, or if a path is not a plain relative one.
 * @throws {LimitExceededError} if there is more than `limits` allows.
 * @example
 * ```ts
 * import { createChart } from 'oras-helm'
 *
 * const bytes = new TextEncoder().encode('apiVersion: v2\nname: mychart\nversion: 1.2.3\n')
 * const chart = await createChart([{ path: 'Chart.yaml', bytes }])
 * console.log(chart.metadata.version) // 1.2.3
 * ```
 */
export async function createChart(files: readonly ChartFile[], options: CreateChartOptions = {}): Promise<Chart> {
  expectIterable('files', 'a list of { path, bytes }', files)
  const { limits, signal } = readOptions(options, createChecks())
  signal?.throwIfAborted()
  const context = createReadContext('', { limits, signal })
  const given: ChartFile[] = []
  for (const file of files) {
    given.push(file)
    const { path, bytes } = expectFile(file)
    context.budget.takeEntry()
    context.budget.takeBytes(path, bytes.length, bytes.length)
    requirePath(path, context, { hint: PLAIN_PATH_HINT })
    const turn = context.turns.take(1 + path.length / 50)
    if (turn) await turn
  }
  return loadFiles(given, context)
}
