/** A chart in memory: `readChart` gives one; `packChart` and `layerizeChart` take one. */
import type { Content } from '../../oras/oci/content.js'
import type { ChartMetadata } from './chart-metadata.js'

/** One file of a chart. */
export interface ChartFile {
  /** The path relative to the chart's folder, with slashes on every system: `templates/service.yaml`. */
  readonly path: string
  /** The content of the file, without a byte order mark, which Helm drops too. */
  readonly bytes: Uint8Array
}

/**
 * A chart in memory, made by `readChart` or `createChart`. No call changes it: `overrideChart` returns another chart.
 *
 * @example
 * ```ts
 * import { readChart } from 'oras-helm'
 *
 * const chart = await readChart('examples/mychart')
 * console.log(chart.metadata.name, chart.files.length, chart.dependencies.length)
 * ```
 */
export interface Chart {
  /** What Chart.yaml says. */
  readonly metadata: ChartMetadata
  /** The chart's own files in the order of the archive, Chart.yaml first; `dependencies` has those of the subcharts. */
  readonly files: readonly ChartFile[]
  /** The subcharts in `charts/`, packed or not, in the order of their names. */
  readonly dependencies: readonly Chart[]
  /** The `.tgz` that the chart was read from, byte for byte; `packChart` returns it as it is. */
  readonly archive?: Content
  /** The provenance file (`.prov`) of `archive`. */
  readonly provenance?: Content
  /** What Helm accepts but is probably a mistake: a key or a file that is there twice, for example. */
  readonly warnings: readonly string[]
}
