/** Packing: the files of a chart and its subcharts, in Helm's order, as a .tgz or as a plain tar. */
import { type Content, describeContent } from '../../oras/oci/content.js'
import type { Annotations } from '../../oras/oci/descriptor.js'
import { anAbortSignal, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import type { Chart } from '../model/chart.js'
import { InvalidChartError } from '../model/invalid-chart-error.js'
import { expectChart } from '../model/expect-chart.js'
import { HELM_CHART_MEDIA_TYPE, SPLIT_CONTENT_MEDIA_TYPE } from '../model/chart-media-types.js'
import { folderName } from '../model/chart-names.js'
import { gzip } from '../../oras/tar/gzip.js'
import { listFiles } from '../folder/list-files.js'
import { writeTar } from '../../oras/tar/write-tar.js'

/** How to pack a chart. */
export interface PackChartOptions {
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

function packChecks(): OptionChecks<PackChartOptions> {
  return { signal: anAbortSignal }
}

/**
 * Packs a chart as a `.tgz`: `<name>/Chart.yaml` and the other files, then the subcharts, unpacked and sorted by name.
 * Equal charts give equal bytes, on any machine and at any time. A chart that was read from a `.tgz` gives that file.
 *
 * @throws {InvalidChartError} if the chart's name, or that of a subchart, cannot be the name of a folder, or if the chart is
 * called `Chart.yaml`, because Helm refuses such an archive.
 * @example
 * ```ts
 * import { packChart, readChart, writeContent } from 'oras-helm'
 *
 * const chart = await readChart('examples/mychart')
 * const archive = await packChart(chart)
 * await writeContent(archive, `${chart.metadata.name}-${chart.metadata.version}.tgz`, { overwrite: true })
 * ```
 */
export async function packChart(chart: Chart, options: PackChartOptions = {}): Promise<Content> {
  expectChart(chart)
  const { signal } = readOptions(options, packChecks())
  signal?.throwIfAborted()
  if (chart.archive) return chart.archive
  const root = folderName(chart, 'pack')
  if (root === 'Chart.yaml') {
    throw new InvalidChartError('Cannot pack chart "Chart.yaml": chart yaml not in base directory', {
      file: 'Chart.yaml',
      hint: 'Give the chart another name in Chart.yaml: Helm refuses an archive whose root folder is called Chart.yaml.',
    })
  }
  const chunks = await gzip(writeTar(listFiles(chart, `${root}/`, 'pack'), signal), signal)
  return describeContent(() => iterate(chunks), { mediaType: HELM_CHART_MEDIA_TYPE, signal })
}

/** Packs all files but the chart's own Chart.yaml as a plain tar without a root folder; made anew for each reading. */
export async function packContent(
  chart: Chart,
  options: { readonly annotations: Annotations; readonly signal?: AbortSignal | undefined },
): Promise<Content> {
  const { annotations, signal } = options
  const files = listFiles(chart, '', 'pack').filter(({ path }) => path !== 'Chart.yaml')
  return describeContent((opened) => writeTar(files, opened), {
    mediaType: SPLIT_CONTENT_MEDIA_TYPE,
    annotations,
    signal,
  })
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks
}
