/** Properties of reading artifacts: a layerized chart is read as the same chart. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { assembleChart } from '../../src/helm/artifact/assemble-chart.js'
import type { Chart, ChartFile } from '../../src/helm/model/chart.js'
import { createChart } from '../../src/helm/load/create-chart.js'
import type { ChartFormat, layerizeChart } from '../../src/helm/artifact/layerize-chart.js'
import { formatYaml } from '../../src/helm/yaml/yaml.js'
import { InvalidChartError } from '../../src/helm/model/invalid-chart-error.js'
import { OciError } from '../../src/oras/errors/oci-error.js'
import { bytesContent, type Content, readContent } from '../../src/oras/oci/content.js'
import { buildManifest, parseManifest } from '../../src/oras/oci/manifest.js'
import { makeTar } from '../support/make-chart.js'
import type { NamedProperty } from './named-property.js'

export interface Layouts {
  readonly layerizeChart: typeof layerizeChart
  readonly assembleChart: typeof assembleChart
}

export function layoutProperties(layouts: Layouts): readonly NamedProperty[] {
  const { layerizeChart: layerize, assembleChart: assemble } = layouts
  const pack = async (chart: Chart, format: ChartFormat) => {
    const { config, layers, annotations } = await layerize(chart, { format })
    const manifest = buildManifest({ config, layers, annotations })
    const { mediaType, digest } = manifest.descriptor
    return { manifest: parseManifest(await readContent(manifest), mediaType), contents: [...layers, config], digest }
  }
  return [
    {
      name: 'give charts that differ only in name and version the same layers',
      property: fc.asyncProperty(charts, names, async (files, name) => {
        const [chart, other] = [await makeChart(files), await makeChart({ ...files, name, version: '9.9.9' })]

        const [ours, theirs] = [await pack(chart, 'split'), await pack(other, 'split')]

        expect(theirs.manifest.layers.map(({ digest }) => digest)).toEqual(
          ours.manifest.layers.map(({ digest }) => digest),
        )
      }),
    },
    {
      name: 'keep the metadata and the files of any chart, in both formats, and its digest when it is pushed again',
      property: fc.asyncProperty(charts, formats, async (files, format) => {
        const chart = await makeChart(files)
        const { manifest, contents, digest } = await pack(chart, format)

        const again = await assemble(manifest, contents)

        expect(again.metadata).toEqual(chart.metadata)
        expect(otherFiles(again)).toEqual(otherFiles(chart))
        expect((await pack({ ...again }, format)).digest).toBe(digest)
        const { archive: _, ...unpacked } = again
        expect((await pack(unpacked, 'split')).digest).toBe((await pack(chart, 'split')).digest)
      }),
    },
    {
      name: 'make a chart of any archive in a content layer, or an error of the library',
      property: fc.asyncProperty(archives, fc.option(fc.json(), { nil: '' }), async (tar, json) => {
        const content = layer('content.v1+tar', tar)
        const layers = [content, ...(json === '' ? [] : [layer('meta.v1+json', Buffer.from(json))])]
        const manifest = { config: undefined, layers: layers.map(({ descriptor }) => descriptor), manifests: [] }
        const chart = await assemble({ ...manifest, annotations: {} }, layers).catch((error: unknown) => {
          if (!(error instanceof OciError)) throw error
        })

        for (const { path } of chart?.files ?? []) expect(path).not.toMatch(/^\/|^\.\.|\/\.\.\/|\\/)
      }),
    },
  ]
}

interface ChartSource {
  readonly name: string
  readonly version: string
  readonly metadata: object
  readonly files: Readonly<Record<string, Uint8Array>>
}

const formats = fc.constantFrom('helm', 'split')
const names = fc.constantFrom('mychart', 'crds', 'templates', 'a.b-c', 'x')
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('1.10', 'yes', '~'),
)
// Often all files lie in one folder, which may be called like the chart.
const folders = fc.constantFrom('', 'crds/', 'templates/', 'x/', 'files/sub/')
const paths = fc
  .tuple(folders, fc.constantFrom('a', 'b.yaml', 'Chart.yaml', 'ü', 'long'.repeat(30), '-'))
  .map(([folder, file]) => `${folder}${file}`)
const charts = fc.record<ChartSource>({
  name: names,
  version: fc.constantFrom('1.2.3', '1.2.3-rc.1+build', 'v1.2', '0'),
  metadata: fc.record(
    {
      apiVersion: fc.constantFrom('v1', 'v2'),
      description: text,
      appVersion: text,
      keywords: fc.array(text, { maxLength: 3 }),
      annotations: fc.dictionary(text, text, { maxKeys: 3 }),
      dependencies: fc.array(fc.record({ name: text, version: text }), { maxLength: 2 }),
      maintainers: fc.array(fc.record({ name: text }), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  ),
  files: fc.dictionary(paths, fc.uint8Array({ maxLength: 50 }), { maxKeys: 4 }),
})

/** Makes a chart; discards the example if Helm would refuse it. */
async function makeChart({ name, version, metadata, files }: ChartSource): Promise<Chart> {
  const chartYaml = Buffer.from(formatYaml({ ...metadata, name, version }))
  const others = Object.entries(files).filter(([path]) => path !== 'Chart.yaml')
  try {
    return await createChart([
      { path: 'Chart.yaml', bytes: chartYaml },
      ...others.map(([path, bytes]) => ({ path, bytes })),
    ])
  } catch (error) {
    if (!(error instanceof InvalidChartError)) throw error
    return fc.pre(false) as never
  }
}

function otherFiles({ files }: Chart): readonly ChartFile[] {
  return files
    .filter(({ path }) => path !== 'Chart.yaml')
    .map(({ path, bytes }) => ({ path, bytes: Buffer.from(bytes) }))
}

const entryNames = fc.oneof(
  paths,
  paths.map((path) => `-/${path}`),
  fc.string({ maxLength: 20 }),
  fc.constantFrom('../x', '/x', '-/../x', '-/Chart.yaml', 'a\\..\\b', 'C:/x', './-/a', '..'),
)
const archives = fc
  .array(fc.record({ name: entryNames, text: fc.string({ maxLength: 20 }), type: fc.constantFrom('0', '0', '5', '2') }))
  .map((entries) => makeTar(entries))

function layer(mediaType: string, bytes: Uint8Array): Content {
  return bytesContent(bytes, { mediaType: `application/vnd.cncf.helm.chart.${mediaType}` })
}
