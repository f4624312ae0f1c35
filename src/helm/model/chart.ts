/** The chart in memory: what reading gives, what packing and layerizing take. */
import type { Content } from '../../oras/oci/content.js'
import type { ChartMetadata } from './chart-metadata.js'

/** One file of a chart. */
export interface ChartFile {
  /** Relative to the chart's own folder, with slashes on every system: `templates/service.yaml`. */
  readonly path: string
  /** Without a byte order mark: Helm drops it from every file, and so does reading. */
  readonly bytes: Uint8Array
}

/**
 * A chart in memory, made by `readChart` or `createChart`. It is a value: nothing changes it, and `overrideChart` makes
 * another one.
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
  readonly metadata: ChartMetadata
  /** The chart's own files as they are packed, Chart.yaml first; those of its subcharts are in `dependencies`. */
  readonly files: readonly ChartFile[]
  /** The charts in `charts/`, packed or not, in the order of their names. */
  readonly dependencies: readonly Chart[]
  /** The `.tgz` that the chart was read from, byte for byte; such a chart is never packed anew. */
  readonly archive?: Content
  /** The `.prov` file that belongs to `archive`. */
  readonly provenance?: Content
  /** What Helm would take, but is probably not what was meant: a key given twice, for example. */
  readonly warnings: readonly string[]
}
