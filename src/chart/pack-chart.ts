/** Packing: the files of a chart and its subcharts, in Helm's order, as a .tgz or as a plain tar. */
import { InvalidChartError } from '../errors.js'
import { type Content, describeContent } from '../oci/content.js'
import type { Annotations } from '../oci/descriptor.js'
import type { Chart, ChartFile } from './chart.js'
import { HELM_CHART_MEDIA_TYPE, SPLIT_CONTENT_MEDIA_TYPE } from './chart-media-types.js'
import { checkPath } from './check-path.js'
import { gzip } from './gzip.js'
import { quote } from './quote.js'
import { writeTar } from './write-tar.js'

/**
 * Packs a chart as a `.tgz`: `<name>/Chart.yaml` and the other files, then the subcharts, unpacked and sorted by name.
 * Equal charts give equal bytes, on any machine and at any time. A chart that was read from a `.tgz` gives that file.
 *
 * @throws {InvalidChartError} if the chart's name, or that of a subchart, cannot be the name of a folder.
 * @example
 * ```ts
 * import { packChart, readChart, writeContent } from 'oras-helm'
 *
 * const chart = await readChart('examples/mychart')
 * const archive = await packChart(chart)
 * await writeContent(archive, `${chart.metadata.name}-${chart.metadata.version}.tgz`, { overwrite: true })
 * ```
 */
export async function packChart(
  chart: Chart,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Content> {
  options.signal?.throwIfAborted()
  if (chart.archive) return chart.archive
  const root = folderName(chart.metadata.name, chart)
  const chunks = await gzip(writeTar(listFiles(chart, `${root}/`)), options.signal)
  return describeContent(() => iterate(chunks), { mediaType: HELM_CHART_MEDIA_TYPE, signal: options.signal })
}

/** Packs all files but the chart's own Chart.yaml as a plain tar without a root folder; made anew for each reading. */
export async function packContent(
  chart: Chart,
  options: { readonly annotations: Annotations; readonly signal?: AbortSignal | undefined },
): Promise<Content> {
  const { annotations, signal } = options
  const files = listFiles(chart, '').filter(({ path }) => path !== 'Chart.yaml')
  return describeContent(() => writeTar(files), { mediaType: SPLIT_CONTENT_MEDIA_TYPE, annotations, signal })
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, undefined> {
  yield* chunks
}

function listFiles(chart: Chart, prefix: string): readonly ChartFile[] {
  const own = chart.files.map(({ path, bytes }) => ({ path: `${prefix}${path}`, bytes }))
  const folders = new Set<string>()
  const nested = chart.dependencies.flatMap((dependency) => {
    const folder = freeFolder(dependency, folders)
    return listFiles(dependency, `${prefix}charts/${folder}/`)
  })
  return [...own, ...nested]
}

/** Two versions of one subchart may stand side by side, under aliases; Helm would mix up their files. */
function freeFolder(chart: Chart, taken: Set<string>): string {
  const { name, version } = chart.metadata
  let folder = folderName(name, chart)
  for (let count = 1; taken.has(folder); count++) {
    folder = count === 1 ? `${name}-${version}` : `${name}-${version}-${count}`
  }
  taken.add(folder)
  return folder
}

/** In bytes, on most systems. */
const MAX_FOLDER_NAME = 255

/** Helm accepts names that no folder can have, and finds out when it unpacks. */
function folderName(name: string, chart: Chart): string {
  try {
    checkPath(name)
    if (name.includes('/')) throw new SyntaxError('it has a slash')
    if (Buffer.byteLength(name) > MAX_FOLDER_NAME) throw new SyntaxError(`it has more than ${MAX_FOLDER_NAME} bytes`)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidChartError(
      `Cannot pack chart ${quote(chart.metadata.name)}: its name cannot be that of a folder`,
      {
        cause,
        file: 'Chart.yaml',
        hint: 'Give the chart a name of letters, digits and dashes in Chart.yaml.',
      },
    )
  }
  return name
}
