/** Archives that have a file twice with the same bytes, as "helm package" writes them if two subcharts have one name. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  inspectChart,
  pullChart,
  pushChart,
  readChart,
  readChartFile,
  readContent,
  unpackChart,
} from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { CHART_YAML, makeArchive, makeFolder, toTexts } from '../support/make-chart.js'

const SUB = [
  { name: 'mychart/charts/sub/Chart.yaml', text: 'apiVersion: v2\nname: sub\nversion: 1.0.0\n' },
  { name: 'mychart/charts/sub/templates/x.yaml', text: '\uFEFFa: b\n' },
]
const ARCHIVE = makeArchive([{ name: 'mychart/Chart.yaml', text: CHART_YAML }, ...SUB, ...SUB])
const WARNINGS = ['Chart.yaml', 'templates/x.yaml'].map(
  (path) => `the file "charts/sub/${path}" is there more than once, with the same bytes; it is read once`,
)

let registry: TestRegistry
beforeAll(async () => void (registry = await startRegistry()))
afterAll(() => registry.close())

it('are read, with a warning for each file', async () => {
  const { dependencies, warnings } = await readChart(ARCHIVE)

  expect(dependencies.map(({ files }) => toTexts(files))).toEqual([
    { 'Chart.yaml': SUB[0]?.text, 'templates/x.yaml': 'a: b\n' },
  ])
  expect(warnings).toEqual(WARNINGS)
})

it('are pushed as they are, pulled, unpacked, and read file by file', async () => {
  const heard: string[] = []
  const folder = await makeFolder()

  const { reference } = await pushChart(ARCHIVE, `oci://${registry.host}/charts`, {
    onEvent: (event) => event.type === 'warning' && heard.push(event.message),
  })
  const { chart, archive, path = '' } = await pullChart(reference, { destination: folder, untar: true })

  expect(heard).toEqual(WARNINGS.map((warning) => `Chart mychart: ${warning}`))
  expect(Buffer.from(await readContent(archive)).equals(ARCHIVE)).toBe(true)
  expect(chart.warnings).toEqual(WARNINGS)
  expect(await readFile(join(path, 'charts/sub/templates/x.yaml'), 'utf8')).toBe('\uFEFFa: b\n')
  expect((await inspectChart(reference)).metadata.name).toBe('mychart')
  const { bytes, verified } = await readChartFile(reference, 'charts/sub/templates/x.yaml')
  expect([Buffer.from(bytes).toString(), verified]).toEqual(['a: b\n', true])
})

it('are unpacked without a registry too', async () => {
  const path = await unpackChart(await readChart(ARCHIVE), await makeFolder())

  expect((await readChart(path)).dependencies).toHaveLength(1)
})

it('are pushed in the format split with each file once', async () => {
  const { archive: _, ...chart } = await readChart(ARCHIVE)
  const { reference } = await pushChart(chart, `${registry.host}/split/mychart:1`, { onEvent: () => undefined })

  const pulled = await pullChart(reference)

  expect(pulled.chart.dependencies).toHaveLength(1)
  expect(pulled.chart.warnings).toEqual([])
})
