/** Charts for the benchmark: real ones, as archives in as many versions as are wanted. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { layerizeChart, overrideChart, packChart, readChart, readContent } from '../../src/index.js'

export interface PreparedChart {
  readonly name: string
  readonly version: string
  /** The path of the archive. */
  readonly archive: string
  /** The path of the config that Helm gives it. */
  readonly config: string
}

/** Packs each chart in turn, in a version of its own, until there are as many archives as are wanted. */
export async function prepareCharts(
  charts: readonly string[],
  count: number,
  folder: string,
): Promise<readonly PreparedChart[]> {
  await mkdir(folder, { recursive: true })
  const read = await Promise.all(charts.map((path) => readChart(path)))
  const prepared: PreparedChart[] = []
  for (let index = 0; index < count; index++) {
    const version = `0.0.${index}`
    const original = read[index % read.length]
    if (!original) throw new Error('there is no chart')
    const chart = overrideChart(original, { version })
    const { name } = chart.metadata
    const archive = join(folder, `${name}-${version}.tgz`)
    const config = join(folder, `${name}-${version}.json`)
    await writeFile(archive, await readContent(await packChart(chart)))
    await writeFile(config, await readContent((await layerizeChart(chart, { format: 'helm' })).config))
    prepared.push({ name, version, archive, config })
  }
  return prepared
}
