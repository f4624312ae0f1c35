/** Checks a chart in memory: it is a plain object, and any program may have put it together. */
import { InvalidChartError } from '../model/invalid-chart-error.js'
import type { Chart } from '../model/chart.js'
import { expectChart } from '../model/expect-chart.js'
import { createChart } from './create-chart.js'
import { formatMetadata } from '../metadata/format-metadata.js'
import type { ChartLimits } from '../model/chart-limits.js'
import { quote } from '../../oras/errors/escape-message.js'

/**
 * Holds a chart and its subcharts to the rules by which charts are read: the paths, the files, and metadata that are
 * those of Chart.yaml.
 *
 * @throws {InvalidChartError} if Helm would not load the files, or would read other metadata from them.
 * @throws {LimitExceededError} if one of the charts is larger than `limits` allows.
 */
export async function checkChart(
  chart: Chart,
  options: { readonly limits?: ChartLimits | undefined; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  expectChart(chart)
  const { metadata, dependencies } = await createChart(chart.files, options)
  const attempt = `Cannot read chart ${quote(metadata.name)}`
  const paths = new Set<string>()
  for (const { path } of chart.files) {
    if (paths.has(path)) {
      throw new InvalidChartError(`${attempt}: the file ${quote(path)} is there twice`, {
        file: path,
        hint: 'Give each file once: make the chart with createChart(), which leaves out what is there again.',
      })
    }
    paths.add(path)
  }
  if (dependencies.length > 0) {
    throw new InvalidChartError(`${attempt}: there are subcharts among its files`, {
      file: 'charts/',
      hint: 'Subcharts belong in dependencies: make the chart with createChart(), which sorts the files.',
    })
  }
  if (formatMetadata(metadata) !== formatMetadata(chart.metadata)) {
    throw new InvalidChartError(`${attempt}: its metadata are not those of its Chart.yaml`, {
      file: 'Chart.yaml',
      hint: 'Change a version with overrideChart(), and anything else in Chart.yaml itself, with createChart().',
    })
  }
  for (const dependency of chart.dependencies) await checkChart(dependency, options)
}
