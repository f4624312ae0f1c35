/** Lets Helm pack a folder. */
import { join } from 'node:path'
import { readChart } from '../../src/index.js'
import type { PreparedHelm } from './prepare-helm.js'

/** A `.tgz` that Helm wrote, alone in a folder or with its provenance. */
export interface PackedChart {
  readonly folder: string
  readonly archive: string
  readonly name: string
  readonly version: string
  /** As it travels: with `_` for `+`. */
  readonly tag: string
}

/** Packs a chart with `helm package`; more flags go behind it. */
export async function packageChart(helm: PreparedHelm, title: string, ...flags: string[]): Promise<PackedChart> {
  const [chart, folder] = [await helm.chartFolder(title), await helm.makeFolder()]
  await helm.run('package', chart, '--destination', folder, ...flags)
  const { name, version } = (await readChart(chart)).metadata
  return { folder, archive: join(folder, `${name}-${version}.tgz`), name, version, tag: version.replaceAll('+', '_') }
}
