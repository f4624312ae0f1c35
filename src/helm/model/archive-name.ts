/** What the .tgz of a chart is called. */
import { InvalidChartError } from './invalid-chart-error.js'
import type { Chart } from './chart.js'
import { folderName, MAX_FILE_NAME } from './folder-name.js'
import { quote } from '../../oras/errors/escape-message.js'

/**
 * Names the archive of a chart as `helm package` and `helm pull` do, `<name>-<version>.tgz`; its provenance has `.prov`
 * behind that.
 *
 * @throws {InvalidChartError} if no file can be called so.
 */
export function archiveName(chart: Chart): string {
  const { name, version } = chart.metadata
  const archive = `${folderName(chart, 'pack')}-${version}.tgz`
  if (Buffer.byteLength(`${archive}.prov`) <= MAX_FILE_NAME) return archive
  throw new InvalidChartError(`Cannot write the archive of chart ${quote(name)}: no file can have so long a name`, {
    file: 'Chart.yaml',
    hint: 'Give the chart a shorter name or version; with untar, or without a destination, it is pulled all the same.',
  })
}
