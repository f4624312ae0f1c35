/** What the .tgz of a chart is called. */
import type { Chart } from './chart.js'
import { folderName } from './folder-name.js'

/**
 * Names the archive of a chart as `helm package` and `helm pull` do, `<name>-<version>.tgz`.
 *
 * @throws {InvalidChartError} if the chart's name cannot be part of the name of a file.
 */
export function archiveName(chart: Chart): string {
  return `${folderName(chart, 'pack')}-${chart.metadata.version}.tgz`
}
