/** The files of a chart and its subcharts, in Helm's order, and the folders that they need. */
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import type { Chart, ChartFile } from '../model/chart.js'
import { folderName } from '../model/chart-names.js'
import { openBudget } from '../model/chart-limits.js'
import { quote } from '../../oras/errors/escape-message.js'
import type { Reading } from '../model/reading.js'

/**
 * Lists the chart's own files, then those of its subcharts below `charts/<name>/`.
 *
 * @param prefix Goes before each path: empty, or a folder with its slash.
 * @param task What a refusal says cannot be done.
 * @throws {InvalidChartError} if no folder can have the name of a subchart.
 */
export function listFiles(chart: Chart, prefix: string, task: 'pack' | 'unpack'): readonly ChartFile[] {
  const own = chart.files.map(({ path, bytes }) => ({ path: `${prefix}${path}`, bytes }))
  const folders = new Set<string>()
  const nested = chart.dependencies.flatMap((dependency) => {
    const folder = freeFolder(dependency, folders, task)
    return listFiles(dependency, `${prefix}charts/${folder}/`, task)
  })
  return [...own, ...nested]
}

/** Two versions of one subchart may stand side by side, under aliases; Helm would mix up their files. */
function freeFolder(chart: Chart, taken: Set<string>, task: 'pack' | 'unpack'): string {
  const { name, version } = chart.metadata
  let folder = folderName(chart, task)
  for (let count = 1; taken.has(folder); count++) {
    folder = count === 1 ? `${name}-${version}` : `${name}-${version}-${count}`
  }
  taken.add(folder)
  return folder
}

/** How deep a file may lie: finding the real path of a folder looks at each folder around it, and long paths take hours. */
const MAX_LEVELS = 100

/**
 * Lists the folders on the way to files, outer ones first.
 *
 * @throws {LimitExceededError} if there are more files and folders than the limits of the reading allow; an archive
 * counts only what has an entry in it.
 */
export function listFolders(files: readonly ChartFile[], reading: Reading): readonly string[] {
  const budget = openBudget(reading.budget.limits, reading.where)
  const folders = new Set<string>()
  for (const { path } of files) {
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
