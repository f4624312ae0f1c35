import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Chart } from '../../../src/helm/model/chart.js'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { type ChartFormat, layerizeChart } from '../../../src/helm/artifact/layerize-chart.js'
import { packChart } from '../../../src/helm/load/pack-chart.js'
import { readChart } from '../../../src/helm/load/read-chart.js'
import { readTar } from '../../../src/oras/tar/read-tar.js'
import { bytesContent, type Content, readContent } from '../../../src/oras/oci/content.js'
import { buildManifest } from '../../../src/oras/oci/manifest.js'
import { CHART_YAML, type Files, makeFolder, toFiles } from '../../support/make-chart.js'

async function readText(content: Content | undefined): Promise<string> {
  if (!content) throw new Error('expected a content')
  return Buffer.from(await readContent(content)).toString()
}

function openContent(content: Content | undefined): AsyncIterable<Uint8Array> {
  if (!content) throw new Error('expected a content')
  return content.open()
}

async function manifestOf(chart: Chart, format: ChartFormat): Promise<string> {
  return buildManifest(await layerizeChart(chart, { format })).descriptor.digest
}

describe('layerizeChart for Helm', () => {
  it('annotates with what the chart says of itself, its own annotations over that, those of the call over all', async () => {
    const chart = await createChart(
      toFiles({
        'Chart.yaml': `${CHART_YAML}
description: ' d '
home: '  '
sources: [s1, s2]
maintainers: [{name: A, email: a@x}, {email: b@x}, {name: C, url: u}]
annotations:
  org.opencontainers.image.title: other
  org.opencontainers.image.version: other
  org.opencontainers.image.source: own
  org.opencontainers.image.licenses: MIT
  empty: ''
`,
      }),
    )
    const { annotations } = await layerizeChart(chart, {
      format: 'helm',
      annotations: { 'org.opencontainers.image.licenses': 'BSD', 'org.opencontainers.image.title': 'mine', more: 'x' },
    })

    expect(annotations).toEqual({
      'org.opencontainers.image.description': ' d ',
      'org.opencontainers.image.title': 'mychart',
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.source': 'own',
      'org.opencontainers.image.authors': 'A (a@x),  (b@x), C',
      'org.opencontainers.image.licenses': 'BSD',
      empty: '',
      more: 'x',
    })
  })
})

describe('layerizeChart in two layers', () => {
  const files: Files = {
    'Chart.yaml': `# comment\n${CHART_YAML}description: "a < b"\n`,
    'values.yaml': 'a: 1\n',
    'templates/a.yaml': 'a',
    'charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
  }

  it('puts the metadata without name and version into the first, all other files into the second', async () => {
    const split = await layerizeChart(await createChart(toFiles(files)), {
      format: 'split',
      created: '2026-01-02T03:04:05+01:00',
    })
    const [metadata, content] = split.layers
    const names: string[] = []
    for await (const entry of readTar(openContent(content))) names.push(entry.name)

    expect(split.layers.map(({ descriptor: { mediaType, annotations } }) => ({ mediaType, annotations }))).toEqual([
      {
        mediaType: 'application/vnd.cncf.helm.chart.config.v1+json',
        annotations: { 'org.opencontainers.image.title': 'meta.json' },
      },
      {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1+tar',
        annotations: {
          'chart.name': 'mychart',
          'chart.version': '1.2.3',
          'org.opencontainers.image.title': 'content.tar',
        },
      },
    ])
    expect(await readText(metadata)).toBe('{"description":"a \\u003c b","apiVersion":"v2"}')
    expect(names).toEqual(['values.yaml', 'templates/a.yaml', 'charts/sub/Chart.yaml'])
    expect(split.config.descriptor).toEqual({
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      size: 2,
    })
    expect(split.annotations).toEqual({
      'org.opencontainers.image.title': 'mychart',
      'org.opencontainers.image.version': '1.2.3',
      'org.opencontainers.image.created': '2026-01-02T03:04:05+01:00',
    })
  })

  it('takes a time of RFC 3339 with a fraction or an offset, and no other text', async () => {
    const chart = await createChart(toFiles(files))

    for (const created of ['2024-02-29T23:59:59.123456789Z', '2024-01-05T10:11:12-11:30']) {
      const { annotations } = await layerizeChart(chart, { format: 'helm', created })
      expect(annotations).toHaveProperty(['org.opencontainers.image.created'], created)
    }
    for (const created of ['now', '2023-02-29T00:00:00Z', '2024-01-05t10:11:12z', '2024-01-05T24:00:00Z', '']) {
      await expect(layerizeChart(chart, { format: 'helm', created })).rejects.toThrow(TypeError)
    }
  })

  it('stores the same content once for other names and versions', async () => {
    const other = { ...files, 'Chart.yaml': 'apiVersion: v2\nname: other\nversion: 2.0.0\ndescription: a < b\n' }
    const [a, b] = await Promise.all(
      [files, other].map(async (given) => layerizeChart(await createChart(toFiles(given)), { format: 'split' })),
    )

    const digests = (layers: readonly Content[] = []): string[] => layers.map(({ descriptor }) => descriptor.digest)
    expect(digests(a?.layers)).toEqual(digests(b?.layers))
    expect(a && b && buildManifest(a).descriptor.digest === buildManifest(b).descriptor.digest).toBe(false)
  })

  it('makes contents that can be read again and again', async () => {
    const { layers } = await layerizeChart(await createChart(toFiles(files)), { format: 'split' })

    const [first, second] = await Promise.all([readText(layers[1]), readText(layers[1])])
    expect(first).toBe(second)
    expect(Buffer.byteLength(first)).toBe(layers[1]?.descriptor.size)
  })

  it('leaves out the provenance, which belongs to a .tgz', async () => {
    const chart = await createChart(toFiles(files))
    const provenance = bytesContent(Buffer.from('signed'), { mediaType: 'text/plain' })

    expect((await layerizeChart({ ...chart, provenance }, { format: 'split' })).layers.length).toBe(2)
  })

  it('stops at the signal, with its reason', async () => {
    const reason = new Error('enough')
    const chart = await createChart(toFiles(files))

    for (const format of ['helm', 'split'] as const) {
      await expect(layerizeChart(chart, { format, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    }
  })
})

describe('layerizeChart everywhere', () => {
  const files: Files = {
    'Chart.yaml': CHART_YAML,
    '.helmignore': 'ignored\n',
    'values.yaml': 'a: 1\n',
    'templates/NOTES.txt': 'notes',
    'templates/_a.tpl': 'tpl',
    'z/y/x': 'x',
    'charts/b/Chart.yaml': 'apiVersion: v2\nname: b\nversion: 1.0.0\n',
    'charts/a/Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
  }

  async function write(entries: readonly [string, string][], mode: number, time: number): Promise<string> {
    const folder = await makeFolder()
    const before = process.umask(mode)
    try {
      for (const [path, text] of entries) {
        await mkdir(dirname(join(folder, path)), { recursive: true })
        await writeFile(join(folder, path), text)
        await utimes(join(folder, path), time, time)
      }
    } finally {
      process.umask(before)
    }
    return folder
  }

  it.each<[ChartFormat, string]>([
    ['helm', 'sha256:98ba1416b2208c97961107eaf1879519ede1a79a502fd7211b793e7e3beb716f'],
    ['split', 'sha256:76a9d5d537c9a232c9f1720498b274f1bc094b3ebb4b0be5f97f0f62cea50b65'],
  ])('gives the same %s manifest whatever the folder, order of creation, time and umask', async (format, digest) => {
    const entries = Object.entries(files)
    const first = await readChart(await write(entries, 0o022, 1e9))
    const second = await readChart(await write(entries.toReversed(), 0o077, 1.7e9))

    expect(await manifestOf(first, format)).toBe(digest)
    expect(await manifestOf(second, format)).toBe(digest)
  })

  it.each<ChartFormat>(['helm', 'split'])(
    'gives the same %s manifest for a folder and for the .tgz of it',
    async (format) => {
      const chart = await readChart(await write(Object.entries(files), 0o022, 1e9))
      const packed = await readChart(await readContent(await packChart(chart)))

      expect(await manifestOf(packed, format)).toBe(await manifestOf(chart, format))
    },
  )
})
