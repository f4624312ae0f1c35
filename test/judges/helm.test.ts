/**
 * Helm itself as the judge: what we pack of a folder holds the same files as what Helm packs, and what Helm pushes of
 * it has the config that we push. `CHARTS` names a folder of more charts than the example.
 */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { dump, load } from 'js-yaml'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type Content,
  layerizeChart,
  type Manifest,
  missingDependencies,
  packChart,
  readChart,
  readContent,
  Repository,
  writeContent,
} from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { makeFolder } from '../make-folder.js'
import { describeJudge } from './describe-judge.js'
import { JUDGES } from './judges.js'

const FOLDERS = [join(import.meta.dirname, '../../examples'), process.env['CHARTS'] ?? ''].filter((each) => each !== '')

const run = promisify(execFile)
const charts = (await Promise.all(FOLDERS.map(findCharts))).flat()

describeJudge(JUDGES.helm4, 'packs the same files', (helm) => {
  let home: string
  let registry: TestRegistry
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'oras-helm-judge-'))
    registry = await startRegistry()
    console.log(`Helm judges ${charts.length} charts: ${charts.map((each) => basename(each)).join(', ')}`)
  })
  afterAll(async () => {
    await registry?.close()
    await rm(home, { recursive: true, force: true })
  })

  const runHelm = async (...args: readonly string[]): Promise<string> => {
    const folders = { HOME: home, HELM_CONFIG_HOME: home, HELM_CACHE_HOME: home, HELM_DATA_HOME: home }
    return (await run(helm, args, { env: { ...process.env, ...folders } })).stdout
  }

  /** The config of what Helm pushes. */
  const pushByHelm = async (archive: string, name: string, version: string): Promise<string> => {
    await runHelm('push', archive, `oci://${registry.host}/charts`, '--plain-http')
    const repository = new Repository(`${registry.host}/charts/${name}`)
    const descriptor = await repository.resolve(version.replaceAll('+', '_'))
    if (!descriptor) throw new Error('Helm has pushed nothing')
    const { config } = JSON.parse(await readText(repository.get(descriptor))) as Manifest
    if (!config) throw new Error('Helm has pushed no config')
    return readText(repository.get(config))
  }

  it.each(charts.map((chart) => [basename(chart), chart]))(
    'packs of %s the files that we pack, and pushes the config that we push',
    async (name, chart) => {
      const folder = await makeFolder()
      const copy = join(folder, name)
      await cp(chart, copy, { recursive: true, verbatimSymlinks: true })
      await dropMissing(copy)

      await runHelm('package', copy, '--destination', folder)
      const read = await readChart(copy)
      const theirs = join(folder, `${read.metadata.name}-${read.metadata.version}.tgz`)
      const ours = join(folder, 'ours.tgz')
      await writeContent(await packChart(read), ours)

      const { config } = await layerizeChart(read, { format: 'helm' })
      expect(await readText(config)).toBe(await pushByHelm(theirs, read.metadata.name, read.metadata.version))
      const [listed, wanted] = await Promise.all([listFiles(ours), listFiles(theirs)])
      expect(listed.toSorted()).toEqual(wanted.toSorted())
      // Helm puts several subcharts in an order that changes from run to run.
      const isOwn = (path: string): boolean => !path.includes('/charts/')
      expect(listed.filter(isOwn)).toEqual(wanted.filter(isOwn))
    },
  )

  it.each(charts.map((chart) => [basename(chart), chart]))(
    'pushes of %s, packed by us, the config that we push',
    async (_, chart) => {
      const folder = await makeFolder()
      const read = await readChart(chart)
      const { name, version } = read.metadata
      const archive = join(folder, `${name}-${version}.tgz`)
      await writeContent(await packChart(read), archive)

      const theirs = await pushByHelm(archive, name, version)

      const { config } = await layerizeChart(read, { format: 'helm' })
      expect(await readText(config)).toBe(theirs)
    },
  )
})

async function readText(content: Content): Promise<string> {
  return Buffer.from(await readContent(content)).toString()
}

async function listFiles(archive: string): Promise<readonly string[]> {
  const { stdout } = await run('tar', ['--quoting-style=literal', '-tzf', archive])
  return stdout.trimEnd().split('\n')
}

/** Takes the dependencies out of a chart that lacks some of them: Helm does not pack it otherwise. */
async function dropMissing(chart: string): Promise<void> {
  if (missingDependencies(await readChart(chart)).length === 0) return
  for (const file of ['Chart.yaml', 'requirements.yaml'].map((each) => join(chart, each))) {
    if (!(await stat(file).catch(() => undefined))) continue
    const { dependencies: _, ...rest } = load(await readFile(file, 'utf8')) as Record<string, unknown>
    await writeFile(file, dump(rest))
  }
}

async function findCharts(folder: string): Promise<readonly string[]> {
  const paths = (await readdir(folder)).toSorted().map((name) => join(folder, name))
  const exist = await Promise.all(paths.map(async (each) => stat(join(each, 'Chart.yaml')).catch(() => undefined)))
  return paths.filter((_, index) => exist[index]?.isFile())
}
