/** A chart from its two layers: Chart.yaml is written anew where the metadata lie apart. */
import type { Annotations, Descriptor } from '../../oras/oci/descriptor.js'
import type { Chart, ChartFile } from '../model/chart.js'
import { checkAgreement } from './check-agreement.js'
import type { Draft } from '../metadata/decode-struct.js'
import { formatChartYaml, formatMetadata } from '../metadata/format-metadata.js'
import { loadFiles } from '../load/load-files.js'
import { type ChartMetadata, METADATA } from '../model/chart-metadata.js'
import { type Names, parseMetadata } from '../metadata/parse-metadata.js'
import { decodeYamlFile, parseYamlFile } from '../metadata/parse-yaml-file.js'
import { NO_NAME, readContentLayer } from './read-content-layer.js'
import { type Reading, refuseChart } from '../model/reading.js'
import { layerNames, manifestNames, type SplitLayout } from './split-layout.js'
import { validateMetadata } from '../metadata/validate-metadata.js'

/** What a split chart is made of. */
export interface SplitChart {
  /** Of the manifest. */
  readonly annotations: Annotations
  /** Describes the content layer. */
  readonly layer: Descriptor
  readonly layout: SplitLayout
  /** The content layer, verified. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** The metadata layer, if there is one. */
  readonly json: Uint8Array | undefined
  readonly strict: boolean
}

/** Makes the chart; name and version are what the layers say, or else the Chart.yaml in them, or else the manifest. */
export async function assembleSplitChart(split: SplitChart, reading: Reading): Promise<Chart> {
  const { annotations, layer, layout, bytes, json, strict } = split
  const files = await readContentLayer(bytes, layout, reading)
  const inside = readInside(files, reading)
  if (json === undefined) {
    if (!inside) {
      throw refuseChart(reading, 'neither a metadata layer nor a Chart.yaml says what it is', {
        file: 'Chart.yaml',
        hint: 'Push the chart again from its folder: a layer is missing.',
      })
    }
    const { name = inside.name, version = inside.version } = layerNames(layer)
    if (strict) checkAgreement({ name, version }, inside, reading)
    return loadFiles(files, reading)
  }

  const other: Names = inside ?? manifestNames(annotations)
  const metadata = parseMetadata(json, { own: layerNames(layer), other }, reading)
  if (inside && strict) checkAgreement(metadata, inside, reading)
  // Comments are worth keeping.
  if (inside && formatMetadata(inside) === formatMetadata(metadata)) return loadFiles(files, reading)
  const hasRequirements = files.some(({ path }) => path === 'requirements.yaml')
  const chartYaml = { path: 'Chart.yaml', bytes: Buffer.from(formatChartYaml(metadata, hasRequirements)) }
  return loadFiles([chartYaml, ...files.filter(({ path }) => path !== 'Chart.yaml')], reading)
}

/** The metadata of the Chart.yaml among the files, unless it stands there for form's sake only. */
function readInside(files: readonly ChartFile[], reading: Reading): ChartMetadata | undefined {
  const file = files.find(({ path }) => path === 'Chart.yaml')
  if (!file) return undefined
  const draft: Draft = {}
  decodeYamlFile(file.path, parseYamlFile(file.path, file.bytes, reading), { type: METADATA, draft }, reading)
  draft['apiVersion'] ||= 'v1'
  return draft['name'] === NO_NAME ? undefined : validateMetadata(draft, reading)
}
