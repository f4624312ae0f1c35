/** The same chart under another version. */
import { InvalidChartError } from '../model/invalid-chart-error.js'
import type { Chart } from '../model/chart.js'
import type { PartialStruct } from '../metadata/decode-struct.js'
import { formatChartYaml } from '../metadata/format-metadata.js'
import { quote } from '../../oras/errors/escape-message.js'
import { createReadContext } from '../model/read-context.js'
import { validateMetadata } from '../metadata/validate-metadata.js'

/**
 * Gives a chart another version, as `helm package --version --app-version` does. Its Chart.yaml is written anew, in
 * Helm's order and without comments; all else stays. Without a version to change, the chart comes back as it is.
 *
 * @throws {InvalidChartError} if the version is not valid, or if the chart was read from a `.tgz`, which is never repacked.
 * @example
 * ```ts
 * import { overrideChart, readChart } from 'oras-helm'
 *
 * const chart = overrideChart(await readChart('examples/mychart'), { version: '2.0.0-rc.1', appVersion: '1.27' })
 * console.log(chart.metadata.version) // 2.0.0-rc.1
 * ```
 */
export function overrideChart(
  chart: Chart,
  overrides: { readonly version?: string | undefined; readonly appVersion?: string | undefined },
): Chart {
  const { version = chart.metadata.version, appVersion = chart.metadata.appVersion } = overrides
  if (version === chart.metadata.version && appVersion === chart.metadata.appVersion) return chart
  const attempt = `Cannot change the version of chart ${quote(chart.metadata.name)}`
  if (chart.archive) {
    throw new InvalidChartError(`${attempt}: it was read from a .tgz`, {
      hint: 'A .tgz is pushed byte for byte. Give the folder of the chart, or package it with the version that you want.',
    })
  }
  const partial: PartialStruct = { ...chart.metadata, version, appVersion }
  const metadata = validateMetadata(partial, { ...createReadContext(''), attempt })
  const hasRequirements = chart.files.some(({ path }) => path === 'requirements.yaml')
  const bytes = Buffer.from(formatChartYaml(metadata, hasRequirements))
  const files = chart.files.map((file) => (file.path === 'Chart.yaml' ? { path: file.path, bytes } : file))
  return { ...chart, metadata, files }
}
