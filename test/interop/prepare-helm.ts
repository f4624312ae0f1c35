/** Prepares the charts and an empty registry for each block of tests with Helm. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Content, type Descriptor, type Manifest, readContent, Repository } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { sampleCharts } from './sample-charts.js'
import { runHelm } from './run-helm.js'

/** Helm starts slowly on a busy machine. */
export const HELM_TIMEOUT = { timeout: 300_000 }

export interface PreparedHelm {
  readonly registry: TestRegistry
  readonly run: (...args: readonly string[]) => Promise<string>
  /** The folder of a chart, only to be read. */
  readonly chartFolder: (title: string) => Promise<string>
  /** A new folder, for one test. */
  readonly makeFolder: () => Promise<string>
  readonly readManifest: (repository: string, tag: string) => Promise<PushedManifest>
}

/** As the registry has it. */
interface PushedManifest {
  readonly descriptor: Descriptor
  readonly text: string
  readonly manifest: Manifest
  readonly config: string
}

/**
 * To be called in a block of tests.
 *
 * @returns What exists when the first test begins, and is removed after the last.
 */
export function prepareHelm(program: string): PreparedHelm {
  const places = new Map<string, Promise<string>>()
  let folder: string
  let registry: TestRegistry
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oras-helm-interop-'))
    registry = await startRegistry()
  })
  afterAll(async () => {
    await registry?.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    get registry() {
      return registry
    },
    run: (...args) => runHelm(program, ...args),
    chartFolder: (title) => {
      const place = places.get(title) ?? writeChart(title, join(folder, 'charts', title))
      places.set(title, place)
      return place
    },
    makeFolder: () => mkdtemp(join(folder, 'test-')),
    readManifest: (name, tag) => readManifest(`${registry.host}/${name}`, tag),
  }
}

async function writeChart(title: string, folder: string): Promise<string> {
  const chart = sampleCharts.find((each) => each.title === title)
  if (!chart) throw new Error(`there is no chart called ${title}`)
  await chart.write(folder)
  return folder
}

async function readManifest(name: string, tag: string): Promise<PushedManifest> {
  const repository = new Repository(name)
  const descriptor = await repository.resolve(tag)
  if (!descriptor) throw new Error(`there is nothing at ${name}:${tag}`)
  const text = await readText(repository.get(descriptor))
  const manifest = JSON.parse(text) as Manifest
  if (!manifest.config) throw new Error(`there is no config in ${name}:${tag}`)
  return { descriptor, text, manifest, config: await readText(repository.get(manifest.config)) }
}

async function readText(content: Content): Promise<string> {
  return Buffer.from(await readContent(content)).toString()
}
