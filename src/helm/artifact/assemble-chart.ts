/** A chart from the contents of an artifact: the way back from `layerizeChart`, for every layout that was ever written. */
import { NotFoundError } from '../../oras/errors/oci-error.js'
import { bytesContent, type Content, readContent } from '../../oras/oci/content.js'
import type { Descriptor } from '../../oras/oci/descriptor.js'
import type { Manifest } from '../../oras/oci/manifest.js'
import { slices } from '../../oras/oci/byte-stream.js'
import { assembleSplitChart } from './assemble-split-chart.js'
import type { Chart } from '../model/chart.js'
import { checkAgreement } from './check-agreement.js'
import { HELM_PROVENANCE_MEDIA_TYPE } from '../model/chart-media-types.js'
import { type ChartParts, findChart } from './find-chart.js'
import type { ChartLimits } from '../model/chart-limits.js'
import { parseConfig } from '../metadata/parse-metadata.js'
import { readPackedChart } from '../load/read-packed-chart.js'
import { type Reading, startReading } from '../model/reading.js'
import { describeLayout } from './split-layout.js'

/** How to assemble a chart. */
export interface AssembleChartOptions {
  /**
   * Whether the artifact and the Chart.yaml in it must agree on name and version.
   *
   * @default true
   */
  readonly strict?: boolean | undefined
  readonly limits?: ChartLimits | undefined
  /** What errors call the chart. Default: nothing. */
  readonly source?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a chart of a manifest and its contents, in whichever format they are. Contents that are no part of the chart are
 * not opened; the others are read one after the other.
 *
 * @param contents The layers and the config, in any order; those of a `Repository` are read when they are needed.
 * @throws {UnsupportedArtifactError} if the manifest is not that of one chart.
 * @throws {NotFoundError} if a content is missing.
 * @throws {ContentMismatchError} if bytes are not those of their descriptor, or if, unless `strict` is `false`, the
 * artifact and its Chart.yaml have different names or versions.
 * @throws {InvalidChartError} if Helm would not load the chart.
 * @throws {InvalidArchiveError} if an archive is damaged, or holds links or hostile names.
 * @throws {LimitExceededError} if it is larger than `limits` allows.
 * @example
 * ```ts
 * import { assembleChart, layerizeChart, readChart } from 'oras-helm'
 *
 * const { config, layers, annotations } = await layerizeChart(await readChart('examples/mychart'), { format: 'split' })
 * const manifest = { config: config.descriptor, layers: layers.map((layer) => layer.descriptor), manifests: [], annotations }
 * const chart = await assembleChart(manifest, [config, ...layers])
 * console.log(chart.metadata.name, chart.metadata.version)
 * ```
 */
export async function assembleChart(
  manifest: Manifest,
  contents: Iterable<Content>,
  options: AssembleChartOptions = {},
): Promise<Chart> {
  const { strict = true, source = '' } = options
  const reading = startReading(source, options)
  const parts = findChart(manifest, reading)
  const byDigest = new Map(Array.from(contents, (each) => [each.descriptor.digest, each]))
  const get = ({ digest }: Descriptor): Content => {
    const found = byDigest.get(digest)
    if (found) return found
    throw new NotFoundError(`${reading.where}: its content ${digest} is missing`, {
      hint: 'Give all contents that the manifest names: its config and its layers.',
    })
  }
  return assembleParts({ manifest, parts, get, strict }, reading)
}

/** A chart that has been found, but not read. */
export interface FoundChart {
  readonly manifest: Manifest
  readonly parts: ChartParts
  readonly get: (descriptor: Descriptor) => Content
  readonly strict: boolean
}

/** Makes a chart of the parts that were found in its manifest. */
export async function assembleParts({ manifest, parts, get, strict }: FoundChart, reading: Reading): Promise<Chart> {
  const { format, content, metadata, provenance } = parts
  const read = async (descriptor: Descriptor): Promise<Uint8Array> => {
    return readContent(get(descriptor), { limit: descriptor.size, signal: reading.signal })
  }
  if (format === 'split') {
    const json = metadata && (await read(metadata))
    const bytes = slices(await read(content))
    const layout = describeLayout(manifest, parts, json)
    return assembleSplitChart(
      { annotations: manifest.annotations, layer: content, layout, bytes, json, strict },
      reading,
    )
  }
  const config = strict && metadata ? parseConfig(await read(metadata), reading) : undefined
  const signature = provenance && bytesContent(await read(provenance), { mediaType: HELM_PROVENANCE_MEDIA_TYPE })
  const chart = await readPackedChart(await read(content), signature, reading)
  if (config) checkAgreement(config, chart.metadata, reading)
  return chart
}
