/** Charts that are made in memory, from files that a program writes. */
import type { Chart, ChartFile } from '../model/chart.js'
import { requirePath } from '../model/check-path.js'
import type { ChartLimits } from '../model/chart-limits.js'
import { loadFiles } from './load-files.js'
import { createReadContext } from '../model/read-context.js'

const PLAIN_PATH_HINT =
  'Write paths relative to the chart, with "/" and without ".", ".." or "\\": templates/service.yaml.'

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
export async function createChart(
  files: readonly ChartFile[],
  options: { readonly limits?: ChartLimits | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Chart> {
  options.signal?.throwIfAborted()
  const context = createReadContext('', options)
  for (const { path, bytes } of files) {
    context.budget.takeEntry()
    context.budget.takeBytes(path, bytes.length, bytes.length)
    requirePath(path, context, { hint: PLAIN_PATH_HINT })
    const turn = context.turns.take(1 + path.length / 50)
    if (turn) await turn
  }
  return loadFiles(files, context)
}
