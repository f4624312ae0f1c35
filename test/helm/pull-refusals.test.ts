/** What a pull does not take for the chart that was asked for, and what it says is there instead. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildManifest,
  bytesContent,
  type Content,
  inspectChart,
  type OciError,
  pullChart,
  pushChart,
  readChartFile,
  Repository,
} from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { caught, packFiles } from '../support/make-chart.js'

let registry: TestRegistry
let repository: Repository
let count = 0
beforeAll(async () => {
  registry = await startRegistry()
  repository = new Repository(`${registry.host}/charts/mychart`, { access: 'push' })
})
afterAll(() => registry.close())

const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const HELM_CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const chartYaml = (name: string, version: string): string => `apiVersion: v2\nname: ${name}\nversion: ${version}\n`
const content = (mediaType: string, text: string | Uint8Array): Content =>
  bytesContent(Buffer.from(text as string), { mediaType })

/** Puts contents, the last of which is the manifest, under a tag; gives the reference. */
async function put(contents: readonly Content[], tag = `tag-${++count}`): Promise<string> {
  for (const each of contents) await repository.put(each)
  const manifest = contents.at(-1) as Content
  await repository.tag(manifest.descriptor, tag)
  return `${registry.host}/charts/mychart:${tag}`
}

/** Puts a chart whose config says one thing and whose archive says another. */
async function putHelmChart(config: string, archive: string, tag?: string): Promise<string> {
  const [name, version] = config.split(' ')
  const parts = [
    content(HELM_CONFIG, JSON.stringify({ name, version, apiVersion: 'v2' })),
    content(HELM_CHART, packFiles({ 'Chart.yaml': chartYaml(...(archive.split(' ') as [string, string])) })),
  ] as const
  return put([...parts, buildManifest({ config: parts[0], layers: [parts[1]] })], tag)
}

describe('pullChart() holds the chart against what was asked for', () => {
  it('the tag and the digest of one reference must agree', async () => {
    const reference = await putHelmChart('mychart 1.0.0', 'mychart 1.0.0')
    const first = await inspectChart(reference)
    await putHelmChart('mychart 1.0.1', 'mychart 1.0.1', reference.split(':').at(-1))
    const both = `${reference}@${first.digest}`

    const error = await caught(pullChart(both))

    const { digest } = await inspectChart(reference)
    expect(error).toMatchObject({
      code: 'ERR_CONTENT_MISMATCH',
      message: `Cannot read chart ${both}: the tag ${both.split(/[:@]/).at(-3)} stands for ${digest}`,
      expected: first.digest,
      actual: digest,
    })
    expect((await pullChart(both, { strict: false })).digest).toBe(first.digest)
    expect((await caught(inspectChart(both))).code).toBe('ERR_CONTENT_MISMATCH')
    expect((await caught(readChartFile(both, 'Chart.yaml'))).code).toBe('ERR_CONTENT_MISMATCH')
  })

  it.each([
    ['mychart 1.0.0', 'other 1.0.0'],
    ['mychart 1.0.0', 'mychart 1.0.1'],
  ])('the config and the Chart.yaml must agree: %s, but %s', async (config, archive) => {
    const reference = await putHelmChart(config, archive)

    const error = await caught(pullChart(reference))

    expect(error).toMatchObject({
      code: 'ERR_CONTENT_MISMATCH',
      message: `Cannot read chart ${reference}: the artifact is ${config}, but its Chart.yaml is ${archive}`,
    })
    const { name, version } = (await pullChart(reference, { strict: false })).chart.metadata
    expect(`${name} ${version}`).toBe(archive)
  })

  it.each(['{}', 'null', '{"name":"mychart"}', '[]', '', '{"name":"mychart","version":"1.0.0","type":"other"}'])(
    'the config %j is refused, or with strict: false left out, as by Helm',
    async (json) => {
      const parts = [
        content(HELM_CONFIG, json),
        content(HELM_CHART, packFiles({ 'Chart.yaml': chartYaml('mychart', '1.0.0') })),
      ]
      const [config, layer] = parts as [Content, Content]
      const reference = await put([config, layer, buildManifest({ config, layers: [layer] })])

      for (const read of [pullChart, inspectChart]) {
        const error = await caught(read(reference))
        expect(error.code).toBe('ERR_INVALID_CHART')
        expect(error.hint).toContain('strict: false')
      }
      expect((await pullChart(reference, { strict: false })).chart.metadata.version).toBe('1.0.0')
      expect((await inspectChart(reference, { strict: false })).metadata.name).toBe('mychart')
    },
  )

  it('with strict: false, a digest counts and nothing else, and the result says so', async () => {
    const { digest } = await inspectChart(await putHelmChart('mychart 1.0.0', 'mychart 1.0.0', '1.0.0'))
    await putHelmChart('mychart 3.0.0', 'mychart 3.0.0', '3.0.0')
    const place = `${registry.host}/charts/mychart`

    for (const [reference, version] of [
      [`${place}@${digest}`, '3.0.0'],
      [`${place}:3.0.0@${digest}`, undefined],
      [`${place}:no-such-tag@${digest}`, undefined],
    ] as const) {
      expect(await inspectChart(reference, { version, strict: false })).toMatchObject({
        reference: `${place}@${digest}`,
        digest,
        metadata: { version: '1.0.0' },
      })
    }
    expect((await caught(inspectChart(`${place}@${digest}`, { version: '3.0.0' }))).code).toBe('ERR_CONTENT_MISMATCH')
    expect((await inspectChart(`${place}@${digest}`, { version: '1.0.0' })).digest).toBe(digest)
  })

  it('a version that was chosen is the chart’s, also under a tag with a "v"', async () => {
    const place = `${registry.host}/charts/mychart`
    await putHelmChart('mychart 2.0.0', 'mychart 2.0.0', 'v7.5.0')

    expect(await caught(pullChart(place, { version: '^7' }))).toMatchObject({
      code: 'ERR_CONTENT_MISMATCH',
      expected: '7.5.0',
      actual: '2.0.0',
    })
    expect((await pullChart(place, { version: '^7', strict: false })).chart.metadata.version).toBe('2.0.0')
  })

  it.each(['2.0.0', '1.0.0-rc.1', '1.0.0_build', 'v2.0.0'])(
    'a tag that is a whole version must be the chart’s: %s',
    async (tag) => {
      const reference = await putHelmChart('mychart 1.0.0', 'mychart 1.0.0', tag)

      for (const read of [pullChart, inspectChart]) {
        const error = await caught(read(reference))

        expect(error).toMatchObject({
          code: 'ERR_CONTENT_MISMATCH',
          message: `Cannot read chart ${reference}: its version is 1.0.0`,
          expected: tag.replace('_', '+').replace('v', ''),
          actual: '1.0.0',
        })
        expect((await read(reference, { strict: false })).reference).toBe(reference)
      }
    },
  )

  it.each(['1.0', 'v1.0.0', 'v2', 'latest', '1'])('a tag that is no whole version may be anything: %s', async (tag) => {
    const { reference, chart } = await pullChart(await putHelmChart('mychart 1.0.0', 'mychart 1.0.0', tag))

    expect(reference).toBe(`${registry.host}/charts/mychart:${tag}`)
    expect(chart.metadata.version).toBe('1.0.0')
  })

  it('the path of an oci:// reference must end in the name of the chart, that of a plain one need not', async () => {
    const reference = await putHelmChart('other 1.0.0', 'other 1.0.0')

    const error = await caught(pullChart(`oci://${reference}`))

    expect(error).toMatchObject({
      code: 'ERR_CONTENT_MISMATCH',
      message: `Cannot read chart oci://${reference}: its name is other`,
      expected: 'mychart',
      actual: 'other',
    })
    for (const pulled of [await pullChart(`oci://${reference}`, { strict: false }), await pullChart(reference)]) {
      expect(pulled.chart.metadata.name).toBe('other')
    }
  })
})

const image = (): readonly Content[] => {
  const config = content('application/vnd.oci.image.config.v1+json', '{"os":"linux"}')
  const layer = content('application/vnd.oci.image.layer.v1.tar+gzip', 'layer')
  return [config, layer, buildManifest({ config, layers: [layer] })]
}

const artifact = (config: string, ...layers: readonly string[]): readonly Content[] => {
  const contents = [config, ...layers].map((mediaType, index) => content(mediaType, `{"${index}":${++count}}`))
  const [first, ...others] = contents as [Content, ...Content[]]
  return [...contents, buildManifest({ config: first, layers: others })]
}

const typed = (artifactType: string, layerType: string): readonly Content[] => {
  const config = content('application/vnd.oci.empty.v1+json', '{}')
  const layer = content(layerType, `{"${++count}":1}`)
  return [config, layer, buildManifest({ config, layers: [layer], artifactType })]
}

/** What some artifact has to do with, which need not be there. */
const SUBJECT = buildManifest({ config: content('application/vnd.acme.rocket', '{}'), layers: [] }).descriptor

const about = (artifactType: string): readonly Content[] => {
  const config = content('application/vnd.oci.empty.v1+json', '{}')
  const layer = content('application/vnd.acme.verdict', `{"${++count}":1}`)
  return [config, layer, buildManifest({ config, layers: [layer], artifactType, subject: SUBJECT })]
}

const index = (entries: readonly Content[]): Content =>
  content(
    'application/vnd.oci.image.index.v1+json',
    JSON.stringify({ schemaVersion: 2, manifests: entries.map(({ descriptor }) => descriptor) }),
  )

interface Case {
  readonly what: string
  readonly contents: () => readonly Content[]
  readonly mediaTypes: readonly string[]
  readonly hint: string
}

const EMPTY = 'application/vnd.oci.empty.v1+json'

const cases: readonly Case[] = [
  {
    what: 'a container image',
    contents: image,
    mediaTypes: ['application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.layer.v1.tar+gzip'],
    hint: 'copy()',
  },
  {
    what: 'a container image',
    contents: () =>
      artifact(
        'application/vnd.docker.container.image.v1+json',
        'application/vnd.docker.image.rootfs.diff.tar.gzip',
        'application/vnd.docker.image.rootfs.diff.tar.gzip',
      ),
    mediaTypes: ['application/vnd.docker.container.image.v1+json', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
    hint: 'copy()',
  },
  {
    what: 'a Helm plugin',
    contents: () => typed('application/vnd.helm.plugin.v1+json', 'application/vnd.oci.image.layer.v1.tar'),
    mediaTypes: ['application/vnd.helm.plugin.v1+json', EMPTY, 'application/vnd.oci.image.layer.v1.tar'],
    hint: 'helm plugin install',
  },
  {
    what: 'a Helm artifact without a chart',
    contents: () => artifact(HELM_CONFIG, 'application/vnd.cncf.helm.chart.provenance.v1.prov'),
    mediaTypes: [HELM_CONFIG, 'application/vnd.cncf.helm.chart.provenance.v1.prov'],
    hint: 'Push the chart again',
  },
  {
    what: 'a split chart without its content',
    contents: () =>
      artifact('application/vnd.oci.image.config.v1+json', 'application/vnd.cncf.helm.chart.config.v1+json'),
    mediaTypes: ['application/vnd.oci.image.config.v1+json', 'application/vnd.cncf.helm.chart.config.v1+json'],
    hint: 'Push the chart again',
  },
  {
    what: 'a signature',
    contents: () =>
      artifact('application/vnd.oci.image.config.v1+json', 'application/vnd.dev.cosign.simplesigning.v1+json'),
    mediaTypes: ['application/vnd.oci.image.config.v1+json', 'application/vnd.dev.cosign.simplesigning.v1+json'],
    hint: 'Repository.get()',
  },
  {
    what: 'an SBOM or an attestation',
    contents: () => typed('application/vnd.cyclonedx+json', 'application/vnd.cyclonedx+json'),
    mediaTypes: ['application/vnd.cyclonedx+json', EMPTY],
    hint: 'Repository.get()',
  },
  {
    what: 'an artifact with several charts',
    contents: () => artifact(HELM_CONFIG, HELM_CHART, HELM_CHART),
    mediaTypes: [HELM_CONFIG, HELM_CHART],
    hint: 'Repository.get()',
  },
  {
    // Its layer has the media type of an image's.
    what: 'an ORAS artifact without a type',
    contents: () => typed('application/vnd.unknown.artifact.v1', 'application/vnd.oci.image.layer.v1.tar'),
    mediaTypes: ['application/vnd.unknown.artifact.v1', EMPTY, 'application/vnd.oci.image.layer.v1.tar'],
    hint: 'pushChart()',
  },
  {
    what: 'an artifact of type application/vnd.unheard.of',
    contents: () => artifact('application/vnd.unheard.of', 'application/vnd.oci.image.layer.v1.tar'),
    mediaTypes: ['application/vnd.unheard.of', 'application/vnd.oci.image.layer.v1.tar'],
    hint: 'Repository.fetchManifest()',
  },
  {
    what: 'an artifact of another kind',
    contents: () => artifact('application/vnd.oci.image.config.v1+json', 'application/vnd.acme.engine'),
    mediaTypes: ['application/vnd.oci.image.config.v1+json', 'application/vnd.acme.engine'],
    hint: 'Repository.fetchManifest()',
  },
  {
    what: 'a Wasm module',
    contents: () => artifact('application/vnd.wasm.config.v0+json', 'application/wasm'),
    mediaTypes: ['application/vnd.wasm.config.v0+json', 'application/wasm'],
    hint: 'Repository.get()',
  },
  {
    what: 'a Flux artifact',
    contents: () =>
      artifact('application/vnd.cncf.flux.config.v1+json', 'application/vnd.cncf.flux.content.v1.tar+gzip'),
    mediaTypes: ['application/vnd.cncf.flux.config.v1+json', 'application/vnd.cncf.flux.content.v1.tar+gzip'],
    hint: 'OCIRepository',
  },
  {
    what: `an artifact of type application/vnd.acme.review about ${SUBJECT.digest}`,
    contents: () => about('application/vnd.acme.review'),
    mediaTypes: ['application/vnd.acme.review', EMPTY, 'application/vnd.acme.verdict'],
    hint: 'give the reference of that one',
  },
  {
    what: 'a list of referrers',
    contents: () => {
      const contents = about('application/vnd.acme.review')
      return [...contents, index([contents.at(-1) as Content])]
    },
    mediaTypes: [
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.acme.review',
      EMPTY,
      'application/vnd.acme.verdict',
    ],
    hint: 'give the reference of that one',
  },
  {
    what: 'an index of container images',
    contents: () => {
      const contents = [image(), artifact('application/vnd.oci.image.config.v1+json', 'application/vnd.in-toto+json')]
      return [...contents.flat(), index(contents.map((each) => each.at(-1) as Content))]
    },
    mediaTypes: [
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.oci.image.config.v1+json',
      'application/vnd.oci.image.layer.v1.tar+gzip',
      'application/vnd.in-toto+json',
    ],
    hint: 'copy()',
  },
  {
    what: 'an index without a chart',
    contents: () => {
      const contents = [image(), typed('application/vnd.acme.rocket', 'application/vnd.acme.engine')]
      return [...contents.flat(), index(contents.map((each) => each.at(-1) as Content))]
    },
    mediaTypes: [
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.oci.image.config.v1+json',
      'application/vnd.oci.image.layer.v1.tar+gzip',
      'application/vnd.acme.rocket',
      EMPTY,
      'application/vnd.acme.engine',
    ],
    hint: 'digest',
  },
  {
    what: 'an artifact of type application/vnd.acme.rocket',
    contents: () => typed('application/vnd.acme.rocket', 'application/vnd.acme.engine'),
    mediaTypes: ['application/vnd.acme.rocket', EMPTY, 'application/vnd.acme.engine'],
    hint: 'Repository.fetchManifest()',
  },
  {
    what: 'an index of container images',
    contents: () => [...image(), index([image().at(-1) as Content])],
    mediaTypes: [
      'application/vnd.oci.image.manifest.v1+json',
      'application/vnd.oci.image.config.v1+json',
      'application/vnd.oci.image.layer.v1.tar+gzip',
    ],
    hint: 'copy()',
  },
  {
    what: 'an empty index',
    contents: () => [index([])],
    mediaTypes: [],
    hint: 'create it again',
  },
]

describe('pullChart(), inspectChart() and readChartFile() say what it is instead', () => {
  it.each(cases)('$what', async ({ what, contents, mediaTypes, hint }) => {
    const reference = await put(contents())
    const others = mediaTypes.filter((each) => !what.startsWith(`an artifact of type ${each}`))
    const found = others.length === 0 ? '' : `: ${others.join(', ')}`

    for (const read of [pullChart, inspectChart, (text: string) => readChartFile(text, 'values.yaml')]) {
      const error = (await caught(read(reference))) as OciError

      expect(error).toMatchObject({
        code: 'ERR_UNSUPPORTED_ARTIFACT',
        message: `Cannot read chart ${reference}: it is ${what}${found}`,
        mediaTypes,
      })
      expect(error.hint).toContain(hint)
    }
  })

  it('media types that are endless, or drive terminals, are cut and escaped', async () => {
    const reference = await put(
      artifact('application/\u001b[31mred', ...Array.from({ length: 30 }, (_, at) => `${'x'.repeat(1000)}${at}`)),
    )

    const error = await caught(pullChart(reference))

    expect(error.message).toContain('application/\\u001b[31mred')
    expect(error.message.length).toBeLessThan(3000)
  })
})

describe('inspectChart() of an index of large manifests', () => {
  it('reads 16 MiB of the entries, and looks for a chart in no more', async () => {
    const entries = Array.from({ length: 6 }, (_, at) => {
      const config = content('application/vnd.acme.rocket', `{"large":${at}}`)
      return [config, buildManifest({ config, layers: [], annotations: { a: 'x'.repeat(4_000_000) } })]
    })
    const reference = await put([...entries.flat(), index(entries.map((each) => each.at(-1) as Content))])
    registry.clearRequests()

    expect(await caught(inspectChart(reference))).toMatchObject({
      code: 'ERR_UNSUPPORTED_ARTIFACT',
      message: expect.stringContaining('it is an index without a chart: ') as unknown,
    })
    // The index, and five of its entries: the fourth ends before 16 MiB.
    expect(registry.requests).toHaveLength(6)
  })
})

describe('pullChart() of what is not there', () => {
  it('says that there is no such tag', async () => {
    const reference = `${registry.host}/charts/mychart:9.9.9`

    expect(await caught(pullChart(reference))).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: `Cannot read chart ${reference}: there is no such tag`,
    })
  })

  it('says which version is not there, also where the registry has no list', async () => {
    const bare = await startRegistry({
      intercept: ({ path }) => (path.includes('/tags/list') ? { status: 405, body: 'no list' } : undefined),
    })
    const reference = `${bare.host}/charts/mychart`

    expect(await caught(pullChart(reference, { version: '1.2.4' }))).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: `Cannot read chart ${reference}: there is no tag 1.2.4`,
      cause: { code: 'ERR_REGISTRY' },
    })
    expect((await caught(pullChart(reference, { version: '^1.2' }))).code).toBe('ERR_REGISTRY')
    await bare.close()
  })

  it('refuses nonsense before anything is sent', async () => {
    registry.clearRequests()
    const reference = `${registry.host}/charts/mychart`

    const errors = await Promise.all([
      caught(pullChart('oci://localhost:5000')),
      caught(pullChart(`${reference}:1.0`, { version: '^2' })),
      caught(pullChart(reference, { version: 'latest' })),
      caught(pullChart(reference, { untar: true })),
      caught(pullChart(reference, { concurrency: 0 })),
      caught(pullChart(reference, { concurrency: Number.NaN })),
      caught(pullChart(reference, { destination: '/no/such/folder' })),
      caught(readChartFile(reference, '../secret')),
      caught(readChartFile(reference, '/etc/passwd')),
      caught(inspectChart(`${reference}:tag:tag`)),
    ])

    expect(errors.map(({ code, name }) => code ?? name)).toEqual([
      'ERR_INVALID_REFERENCE',
      'ERR_INVALID_REFERENCE',
      'ERR_INVALID_REFERENCE',
      'TypeError',
      'TypeError',
      'TypeError',
      'ERR_NOT_FOUND',
      'ERR_INVALID_CHART',
      'ERR_INVALID_CHART',
      'ERR_INVALID_REFERENCE',
    ])
    expect(registry.requests).toEqual([])
  })

  it('names the versions right beside the one that is not there', async () => {
    const place = `${registry.host}/charts/numbered`
    const archive = (version: string): Uint8Array => packFiles({ 'Chart.yaml': chartYaml('numbered', version) })
    for (const version of ['1.0.0', '1.4.0', '2.0.0', '3.0.0-rc.1']) {
      await pushChart(archive(version), `oci://${place}:${version}`)
    }
    const message = async (version?: string): Promise<string> =>
      (await caught(pullChart(place, { version }))).message.replace(`Cannot read chart ${place}: `, '')

    expect(await message('1.2.0')).toBe('there is no version that fits "1.2.0"; the nearest are 1.4.0 and 1.0.0')
    expect(await message('~1.2')).toBe('there is no version that fits "~1.2"; the nearest are 1.4.0 and 1.0.0')
    expect(await message('>=3')).toBe('there is no version that fits ">=3"; the nearest is 3.0.0-rc.1')
    expect(await message('<0.5')).toBe('there is no version that fits "<0.5"; the nearest is 1.0.0')
    expect(await message('^7')).toBe('there is no version that fits "^7"; the nearest is 3.0.0-rc.1')
  })

  it('says so if there are only prereleases, or only other tags', async () => {
    const place = `${registry.host}/charts/early`
    await pushChart(packFiles({ 'Chart.yaml': chartYaml('early', '1.0.0') }), `${place}:latest`, { tags: ['main'] })
    expect((await caught(pullChart(place))).message).toBe(
      `Cannot read chart ${place}: there is no stable version; there are only the tags latest and main`,
    )

    await pushChart(packFiles({ 'Chart.yaml': chartYaml('early', '1.0.0-rc.1') }), place)
    const error = await caught(pullChart(place))
    expect(error.message).toBe(`Cannot read chart ${place}: there is no stable version; the newest is 1.0.0-rc.1`)
    expect(error.hint).toContain('prerelease: true')
  })
})
