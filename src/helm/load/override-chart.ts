/** The same chart under another version. */
import { InvalidChartError } from '../model/invalid-chart-error.js'
import type { Chart } from '../model/chart.js'
import type { PartialStruct } from '../metadata/decode-struct.js'
import { formatChartYaml } from '../metadata/format-metadata.js'
import { quote } from '../../oras/errors/escape-message.js'
import { createReadContext } from '../model/read-context.js'
import { validateMetadata } from '../metadata/validate-metadata.js'
import { expectChart } from '../model/expect-chart.js'
import { aString, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import { wrongArgument } from '../../oras/errors/wrong-argument.js'
import { parseVersion } from '../version/version.js'

/** What changes in a chart. */
export interface ChartOverrides {
  /**
   * The version: `1.2.3`, or what else Helm takes for one.
   *
   * @default that of the chart
   */
  readonly version?: string | undefined
  /**
   * The version of what the chart installs, any text.
   *
   * @default that of the chart
   */
  readonly appVersion?: string | undefined
}

/** The checks of the overrides, which are options of a push, too. */
export function overrideChecks(): OptionChecks<ChartOverrides> {
  return {
    version: (value, what) => {
      if (typeof value !== 'string' || value === '') throw wrongArgument(what, VERSION, value)
      if (parseVersion(value) === undefined)
        throw new TypeError(`${what} must be ${VERSION}, not ${quote(value.slice(0, 40))}`)
    },
    appVersion: aString,
  }
}
const VERSION = 'a version such as "1.2.3"'

/**
 * Gives a chart another version, as `helm package --version --app-version` does. Its Chart.yaml is written anew, in
 * Helm's order and without comments; all else stays. Without a version to change, the chart comes back as it is.
 *
 * @throws {TypeError} if the version is not valid.
 * @throws {InvalidChartError} if the chart was read from a `.tgz`, which is never repacked.
 * @example
 * ```ts
 * import { overrideChart, readChart } from 'oras-helm'
 *
 * const chart = overrideChart(await readChart('examples/mychart'), { version: '2.0.0-rc.1', appVersion: '1.27' })
 * console.log(chart.metadata.version) // 2.0.0-rc.1
 * ```
 */
export function overrideChart(chart: Chart, overrides: ChartOverrides): Chart {
  expectChart(chart)
  const { metadata: own } = chart
  const { version = own.version, appVersion = own.appVersion } = readOptions(overrides, overrideChecks())
  if (version === own.version && appVersion === own.appVersion) return chart
  const attempt = `Cannot change the version of chart ${quote(own.name)}`
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
