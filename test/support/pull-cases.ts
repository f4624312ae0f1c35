/** What a pull does, on any registry: run against the embedded one, and against those of other projects. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import {
  type Content,
  inspectChart,
  listChartVersions,
  pullChart,
  pushChart,
  readChart,
  readChartFile,
  readContent,
  Repository,
} from '../../src/index.js'
import { CHART_YAML, makeArchive, toTexts } from './make-chart.js'
import { FILES, historicCharts, VERSION } from './historic-charts.js'
import { chartFiles, makeChartFolder } from './make-chart-folder.js'
import type { PushCase, PushTarget } from './push-cases.js'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

export const pullCases: readonly PushCase[] = [
  {
    name: "a chart in Helm's format is pulled with its files, its digest, and its archive as it was pushed",
    run: async (target) => {
      const { reference, options, folder, requests } = await prepare(target)
      const pushed = await pushChart(folder, `oci://${reference}:1.0.0`, options)
      target.proxy.clearRequests()

      const pulled = await pullChart(`oci://${reference}:1.0.0`, options)

      expect(pulled).toMatchObject({ reference: `oci://${reference}:1.0.0`, digest: pushed.digest, format: 'helm' })
      expect(toTexts(pulled.chart.files)).toEqual(toTexts((await readChart(folder)).files))
      expect(pulled.archive.descriptor.digest).toBe(pushed.layers[0]?.digest)
      expect(pulled.provenance).toBeUndefined()
      expect(requests()).toEqual(['GET manifests', 'GET blobs', 'GET blobs'])
      expect(await pushChart(pulled.chart, `oci://${reference}:1.0.0`, options)).toMatchObject({
        status: 'unchanged',
        digest: pushed.digest,
      })
    },
  },
  {
    name: 'a split chart is pulled complete, and has the same digest when it is pushed again',
    run: async (target) => {
      const { reference, options, folder, name, requests } = await prepare(target)
      const pushed = await pushChart(folder, reference, options)
      target.proxy.clearRequests()

      const pulled = await pullChart(`${reference}:1.0.0`, options)

      expect(requests()).toEqual(['GET manifests', 'GET blobs', 'GET blobs'])
      const { 'Chart.yaml': chartYaml, ...files } = toTexts(pulled.chart.files)
      const original = await readChart(folder)
      const { 'Chart.yaml': _, ...originals } = toTexts(original.files)
      expect(files).toEqual(originals)
      expect(chartYaml).toBe(`name: ${name}\nversion: 1.0.0\ndescription: Made by a test\napiVersion: v2\n`)
      expect(pulled.chart.metadata).toEqual(original.metadata)
      // The archive can be read without the registry.
      expect((await readChart(await readContent(pulled.archive))).metadata).toEqual(original.metadata)
      expect(await pushChart(pulled.chart, reference, options)).toMatchObject({
        status: 'unchanged',
        digest: pushed.digest,
      })
    },
  },
  {
    name: 'an archive that another program made is pulled byte for byte, with its provenance',
    run: async (target) => {
      const { reference, options } = await prepare(target)
      const yaml = CHART_YAML.replace('mychart', reference.slice(reference.lastIndexOf('/') + 1))
      const archive = makeArchive([
        { name: 'x/', type: '5' },
        { name: 'x/templates/a.yaml', text: randomUUID(), mode: '000777' },
        { name: 'x/Chart.yaml', text: yaml },
      ])
      const provenance = Buffer.from(`-----BEGIN PGP SIGNED MESSAGE-----\n${randomUUID()}`)
      await pushChart(archive, `oci://${reference}:1.2.3`, { ...options, provenance })

      const pulled = await pullChart(`oci://${reference}:1.2.3`, options)

      expect(Buffer.from(await readContent(pulled.archive)).equals(archive)).toBe(true)
      expect(Buffer.from(await readContent(pulled.provenance as Content)).equals(provenance)).toBe(true)
    },
  },
  {
    name: 'an inspection takes two requests, in both formats',
    run: async (target) => {
      const { reference, options, folder, requests } = await prepare(target)
      const { metadata } = await readChart(folder)
      for (const format of ['helm', 'split'] as const) {
        const created = '2026-01-02T03:04:05Z'
        const pushed = await pushChart(folder, `${reference}:1.0.0`, { ...options, format, created })
        target.proxy.clearRequests()

        const inspected = await inspectChart(`${reference}:1.0.0`, options)

        expect(requests()).toEqual(['GET manifests', 'GET blobs'])
        expect(inspected).toEqual({
          reference: `${reference}:1.0.0`,
          digest: pushed.digest,
          size: pushed.size,
          format,
          metadata,
          manifest: pushed.manifest,
          config: pushed.config,
          layers: pushed.layers,
          annotations: inspected.annotations,
          created,
        })
        expect(inspected.annotations['org.opencontainers.image.version']).toBe('1.0.0')
      }
    },
  },
  {
    name: 'a single file takes two requests, in both formats',
    run: async (target) => {
      const { reference, options, folder, content, requests } = await prepare(target)
      for (const format of ['helm', 'split'] as const) {
        const { digest } = await pushChart(folder, `${reference}:1.0.0`, { ...options, format })
        target.proxy.clearRequests()

        const file = await readChartFile(`${reference}:1.0.0`, 'values.yaml', options)

        expect(requests()).toEqual(['GET manifests', 'GET blobs'])
        expect({ ...file, bytes: text(file.bytes) }).toEqual({
          reference: `${reference}:1.0.0`,
          digest,
          bytes: `content: ${content}\n`,
          verified: true,
        })
        const chartYaml = await readChartFile(`${reference}:1.0.0`, 'Chart.yaml', options)
        expect(text(chartYaml.bytes)).toContain('description: Made by a test\n')
      }
    },
  },
  {
    name: 'versions are listed newest first, and chosen by range',
    run: async (target) => {
      const { reference, options, folder } = await prepare(target)
      const versions = ['1.0.0', '1.10.0', '1.9.0+build.7', '2.0.0-rc.1']
      for (const version of versions) await pushChart(folder, reference, { ...options, version })
      await pushChart(folder, `${reference}:v0.9.0`, { ...options, version: '0.9.0', tags: ['latest', '1.10'] })

      const listed = await listChartVersions(`${reference}:latest`, options)

      expect(listed).toEqual({
        reference,
        versions: [
          { version: '1.10.0', tag: '1.10.0' },
          { version: '1.9.0+build.7', tag: '1.9.0_build.7' },
          { version: '1.0.0', tag: '1.0.0' },
          { version: '0.9.0', tag: 'v0.9.0' },
        ],
        otherTags: ['1.10', 'latest'],
      })
      const chosen = async (more: object): Promise<string> =>
        (await inspectChart(reference, { ...options, ...more })).metadata.version
      expect(await chosen({})).toBe('1.10.0')
      expect(await chosen({ prerelease: true })).toBe('2.0.0-rc.1')
      expect(await chosen({ version: '~1.9' })).toBe('1.9.0+build.7')
      expect(await chosen({ version: '1.9.0+build.7' })).toBe('1.9.0+build.7')
      expect(await chosen({ version: '0.9.0' })).toBe('0.9.0')
      expect(await chosen({ version: '^2.0.0-0' })).toBe('2.0.0-rc.1')
    },
  },
  ...historicCharts.map(({ name, format, make }) => ({
    name: `what was pushed by others is read: ${name}`,
    run: async (target: PushTarget) => {
      const { reference, options, name: chart } = await prepare(target)
      const repository = new Repository(reference, { ...options, access: 'push' })
      const contents = make(chart)
      const tag = VERSION.replace('+', '_')
      for (const content of contents) await repository.put(content)
      await repository.tag((contents.at(-1) as Content).descriptor, tag)

      const pulled = await pullChart(`oci://${reference}:${tag}`, options)
      const { metadata } = await inspectChart(`oci://${reference}:${tag}`, options)
      const file = await readChartFile(`oci://${reference}:${tag}`, 'templates/configmap.yaml', options)

      const { 'Chart.yaml': chartYaml, ...files } = toTexts(pulled.chart.files)
      expect(pulled.format).toBe(format)
      expect(files).toEqual(FILES)
      expect(metadata).toEqual({ name: chart, version: VERSION, description: 'An old chart', apiVersion: 'v1' })
      expect(pulled.chart.metadata).toEqual(metadata)
      expect(chartYaml).toContain(`version: ${VERSION}`)
      expect(text(file.bytes)).toBe(FILES['templates/configmap.yaml'])
      const again = await readChart(await readContent(pulled.archive))
      expect(again.metadata).toEqual(metadata)
    },
  })),
]

async function prepare({ proxy, credentials }: PushTarget) {
  const content = randomUUID()
  const name = `pulled-${content.slice(0, 8)}`
  const folder = await makeChartFolder(chartFiles(name, '1.0.0', content))
  return {
    content,
    name,
    folder,
    reference: `${proxy.host}/pull/${name}`,
    options: { credentials },
    /** The requests since the log was cleared, without the one that was answered with a challenge. */
    requests: () =>
      proxy.requests
        .filter(({ status }) => status !== 401)
        .map(({ method, path }) => `${method} ${/\/(manifests|blobs|tags)\//.exec(path)?.[1] ?? path}`),
  }
}
