/** The names of a chart's folder (in an archive, in charts/ and on disk) and of its .tgz. */
import { InvalidChartError } from './invalid-chart-error.js'
import type { Chart } from './chart.js'
import { checkPath } from './check-path.js'
import { findNameFlaw, MAX_FILE_NAME } from './name-flaw.js'
import { quote } from '../../oras/errors/escape-message.js'

/**
 * Gives the name of the chart's folder. Helm packs charts with names that no folder can have, and fails to unpack them.
 *
 * @param task What an error says is not possible.
 * @throws {InvalidChartError} if no folder can have the name.
 */
export function folderName(chart: Chart, task: 'pack' | 'unpack'): string {
  const { name } = chart.metadata
  try {
    checkPath(name)
    if (name.includes('/')) throw new SyntaxError('it has a slash')
    if (Buffer.byteLength(name) > MAX_FILE_NAME) throw new SyntaxError(`it has more than ${MAX_FILE_NAME} bytes`)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidChartError(`Cannot ${task} chart ${quote(name)}: its name cannot be that of a folder`, {
      cause,
      file: 'Chart.yaml',
      hint: 'Give the chart a name of letters, digits and dashes in Chart.yaml.',
    })
  }
  return name
}

/**
 * Gives the file name of the chart's archive, as `helm package` and `helm pull` do: `<name>-<version>.tgz`. That of the
 * provenance is the same with `.prov` at the end.
 *
 * @throws {InvalidChartError} if no file can have this name.
 */
export function archiveName(chart: Chart): string {
  const { name, version } = chart.metadata
  const archive = `${folderName(chart, 'pack')}-${version}.tgz`
  const flaw = findNameFlaw(archive)
  if (flaw && Buffer.byteLength(archive) <= MAX_FILE_NAME) {
    throw new InvalidChartError(`Cannot write the archive of chart ${quote(name)}: ${quote(archive)} ${flaw.reason}`, {
      file: 'Chart.yaml',
      hint: flaw.hint,
    })
  }
  if (Buffer.byteLength(`${archive}.prov`) <= MAX_FILE_NAME) return archive
  throw new InvalidChartError(`Cannot write the archive of chart ${quote(name)}: no file can have so long a name`, {
    file: 'Chart.yaml',
    hint: 'Give the chart a shorter name or version; with untar, or without a destination, it is pulled all the same.',
  })
}
