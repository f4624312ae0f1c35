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
  const folders = new Map<string, number>()
  const nested = chart.dependencies.flatMap((dependency) => {
    const folder = freeFolder(dependency, folders, task)
    return listFiles(dependency, `${prefix}charts/${folder}/`, task)
  })
  return [...own, ...nested]
}

/**
 * Two versions of one subchart may stand side by side, under aliases; Helm would mix up their files.
 *
 * @param taken The folders, and from which number on one is free for the next chart of that name and version.
 */
function freeFolder(chart: Chart, taken: Map<string, number>, task: 'pack' | 'unpack'): string {
  const { name, version } = chart.metadata
  const versioned = `${name}-${version}`
  let folder = folderName(chart, task)
  let count = taken.get(versioned) ?? 2
  if (taken.has(folder)) folder = versioned
  while (taken.has(folder)) folder = `${versioned}-${count++}`
  taken.set(folder, taken.get(folder) ?? 2)
  if (folder !== name) taken.set(versioned, count)
  return folder
}
