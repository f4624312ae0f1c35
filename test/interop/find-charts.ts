/** Charts that lie in folders: the example, and those of `CHARTS`, which others have written. */
import { cp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { dump, load } from 'js-yaml'
import { missingDependencies, readChart } from '../../src/index.js'
import { listChartFolders } from '../support/list-chart-folders.js'
import type { SampleChart } from './sample-charts.js'

const FOLDERS = [join(import.meta.dirname, '../../examples'), process.env['CHARTS'] ?? ''].filter((each) => each !== '')

/** Finds the folders with a Chart.yaml. */
export async function findCharts(): Promise<readonly SampleChart[]> {
  const paths = (await Promise.all(FOLDERS.map(listChartFolders))).flat()
  return paths.map((path) => ({ title: basename(path), write: (folder) => copyChart(path, folder) }))
}

/**
 * Copies a chart and makes the copy complete, because Helm packs no other: missing dependencies come from the charts next
 * to it; those that are not there either are removed from its Chart.yaml.
 */
async function copyChart(path: string, folder: string): Promise<void> {
  // A link to a chart would be copied as a link.
  await cp(await realpath(path), folder, { recursive: true, verbatimSymlinks: true })
  const wanted = missingDependencies(await readChart(folder)).map(toName)
  if (wanted.length === 0) return
  for (const name of wanted) {
    const sibling = join(dirname(path), name)
    if (await stat(sibling).catch(() => undefined)) {
      await cp(await realpath(sibling), join(folder, 'charts', name), { recursive: true, verbatimSymlinks: true })
    }
  }
  const missing = missingDependencies(await readChart(folder)).map(toName)
  if (missing.length > 0) await dropDependencies(folder, missing)
}

async function dropDependencies(folder: string, names: readonly string[]): Promise<void> {
  for (const file of ['Chart.yaml', 'requirements.yaml'].map((each) => join(folder, each))) {
    if (!(await stat(file).catch(() => undefined))) continue
    const { dependencies = [], ...rest } = load(await readFile(file, 'utf8')) as { dependencies?: { name: string }[] }
    const kept = dependencies.filter(({ name }) => !names.includes(name))
    await writeFile(file, dump(kept.length === 0 ? rest : { ...rest, dependencies: kept }))
  }
  await Promise.all(names.map((name) => rm(join(folder, 'charts', name), { recursive: true, force: true })))
}

const toName = ({ name }: { readonly name: string }): string => name
