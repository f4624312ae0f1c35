/** Lists the files of a chart and its subcharts. */
import type { Chart, ChartFile } from '../model/chart.js'
import { folderName } from '../model/chart-names.js'

/**
 * Lists the chart's own files, then those of its subcharts below `charts/<name>/`, in Helm's order.
 *
 * @param prefix Is put before each path: empty, or a folder with a slash.
 * @param task What an error says is not possible.
 * @throws {InvalidChartError} if no folder can have the name of a subchart.
 */
export function listFiles(chart: Chart, prefix: string, task: 'pack' | 'unpack'): readonly ChartFile[] {
  const own = chart.files.map(({ path, bytes }) => ({ path: `${prefix}${path}`, bytes }))
  const folders = new Folders()
  const nested = chart.dependencies.flatMap((dependency) => {
    const folder = folders.take(dependency, task)
    return listFiles(dependency, `${prefix}charts/${folder}/`, task)
  })
  return [...own, ...nested]
}

/** Gives each subchart a folder of its own: two versions of one subchart, used under aliases, have the same name. */
class Folders {
  readonly #taken = new Set<string>()
  /** How many subcharts have the same name and version so far. */
  readonly #counts = new Map<string, number>()

  take(chart: Chart, task: 'pack' | 'unpack'): string {
    const { name, version } = chart.metadata
    let folder = folderName(chart, task)
    const versioned = `${name}-${version}`
    let count = this.#counts.get(versioned) ?? 1
    for (; this.#taken.has(folder); count++) folder = count === 1 ? versioned : `${versioned}-${count}`
    this.#counts.set(versioned, count)
    this.#taken.add(folder)
    return folder
  }
}
