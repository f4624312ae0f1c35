/** The facade of an inspection: what a registry knows of a chart, without its files. */
import type { ChartFormat } from './artifact/layerize-chart.js'
import type { ChartMetadata } from './model/chart-metadata.js'
import { readArtifactMetadata } from './artifact/read-artifact-metadata.js'
import type { Annotations, Descriptor } from '../oras/oci/descriptor.js'
import type { Digest } from '../oras/oci/digest.js'
import { readOptions } from '../oras/errors/read-options.js'
import { expectReference, formatReference } from '../oras/oci/reference.js'
import {
  checkOpened,
  openChartChecks,
  openChart,
  type OpenChartOptions,
  type OpenedChart,
  readOpenChartOptions,
} from './open-chart.js'

/** How to inspect a chart. */
export type InspectChartOptions = OpenChartOptions

/** What is known of a chart without its files. */
export interface InspectChartResult {
  /** Where the chart was found: the reference, with the tag that was chosen if it had none. */
  readonly reference: string
  /** Of the chart's manifest. */
  readonly digest: Digest
  /** In bytes: manifest, config and layers together. */
  readonly size: number
  /** How the chart is kept in the registry. */
  readonly format: ChartFormat
  /** What its Chart.yaml says, as the artifact has it. */
  readonly metadata: ChartMetadata
  /** The descriptor of the chart's manifest. */
  readonly manifest: Descriptor
  /** The descriptor of its config. */
  readonly config: Descriptor
  /** The descriptors of its layers, in the order of the manifest. */
  readonly layers: readonly Descriptor[]
  /** Of the manifest. */
  readonly annotations: Annotations
  /** The annotation `org.opencontainers.image.created`, verbatim. */
  readonly created?: string
}

/**
 * Reads what a registry knows of a chart, with two requests: its manifest and its metadata. The content is read only
 * for artifacts of old tools that keep no metadata apart.
 *
 * @param reference As for `pullChart`: without a tag it is the newest stable version, or the newest one that fits.
 * @throws {OciError} with a code of docs/errors.md.
 * @throws {TypeError} if an argument or an option is wrong; nothing was done.
 * @example
 * ```ts
 * import { inspectChart } from 'oras-helm'
 *
 * const { metadata, digest, size } = await inspectChart('oci://localhost:5000/charts/mychart:0.1.0')
 * console.log(metadata.appVersion, digest, size)
 * ```
 */
export async function inspectChart(reference: string, options: InspectChartOptions = {}): Promise<InspectChartResult> {
  expectReference(reference)
  const settings = readOpenChartOptions(readOptions(options, openChartChecks()))
  return openChart(reference, settings, describeChart)
}

async function describeChart(chart: OpenedChart): Promise<InspectChartResult> {
  const { descriptor, manifest, parts, context } = chart
  const metadata = await readArtifactMetadata(chart, context)
  checkOpened(chart, metadata)
  const { layers, annotations } = manifest
  const config = manifest.config as Descriptor
  const created = annotations['org.opencontainers.image.created']
  return {
    reference: formatReference(chart.reference),
    digest: descriptor.digest,
    size: [descriptor, config, ...layers].reduce((sum, { size }) => sum + size, 0),
    format: parts.format,
    metadata,
    manifest: descriptor,
    config,
    layers,
    annotations,
    ...(created !== undefined && { created }),
  }
}
