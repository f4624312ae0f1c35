/** The files of a chart and its subcharts, in Helm's order. */
import type { Chart, ChartFile } from '../model/chart.js'
import { folderName } from '../model/chart-names.js'

/**
 * Lists the chart's own files, then those of its subcharts below `charts/<name>/`.
 *
 * @param prefix Goes before each path: empty, or a folder with its slash.
 * @param task What a refusal says cannot be done.
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

/** Two versions of one subchart may stand side by side, under aliases; Helm would mix up their files. */
class Folders {
  readonly #taken = new Set<string>()
  /** How many have asked for the same name and version. */
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
