/**
 * Every answer of Helm's own code in helm-vectors.json, key by key: a key without trials below fails, and so
 * does a vector that was not run. What differs is named in `DIFFERENT`, with the reason.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createChart } from '../../src/helm/load/create-chart.js'
import { filepathMatch } from '../../src/helm/folder/filepath-match.js'
import { formatChartYaml, formatMetadata } from '../../src/helm/metadata/format-metadata.js'
import { gunzip } from '../../src/oras/tar/gunzip.js'
import { parseHelmignore } from '../../src/helm/folder/helmignore.js'
import { layerizeChart } from '../../src/helm/artifact/layerize-chart.js'
import type { ChartMetadata } from '../../src/helm/model/chart-metadata.js'
import { packChart } from '../../src/helm/load/pack-chart.js'
import { readChart } from '../../src/helm/load/read-chart.js'
import { formatYaml, parseYaml, type YamlValue } from '../../src/helm/yaml/yaml.js'
import { readContent } from '../../src/oras/oci/content.js'
import { slices } from '../../src/oras/oci/byte-stream.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { formatGoJson } from '../../src/oras/oci/go-json.js'
import { buildManifest } from '../../src/oras/oci/manifest.js'
import { golden } from './golden.js'

/** Vectors that differ on purpose: key and input, and why. */
const DIFFERENT: Readonly<Record<string, string>> = Object.fromEntries(
  ['emitDescription', 'emitKeywordItem', 'emitAnnotationValue'].map((key) => [
    `${key}: Helm's \u0085x`,
    'Helm writes U+0085 into quotes as it is, and itself reads it back as a blank',
  ]),
)

/** The answer of Helm for one vector, and ours. */
interface Trial {
  readonly name: string
  readonly expected: unknown
  readonly actual: () => unknown
}

const minimal = { apiVersion: 'v2', name: 'mychart', version: '1.2.3' }
const { simple } = golden.charts

const TRIALS: Readonly<Record<string, () => readonly Trial[]>> = {
  about: () => [{ name: 'about', expected: 'string', actual: () => typeof golden.about }],
  seedMeta: () => {
    const { json, digest, size } = golden.seedMeta
    const written = formatMetadata({ ...(JSON.parse(json) as Partial<ChartMetadata>), name: '', version: '' })
    return [
      { name: 'json', expected: json, actual: () => written },
      { name: 'digest', expected: digest, actual: () => digestOf(Buffer.from(written)) },
      { name: 'size', expected: size, actual: () => Buffer.byteLength(written) },
    ]
  },
  charts: () => [
    { name: 'charts', expected: ['simple'], actual: () => Object.keys(golden.charts) },
    { name: 'simple', expected: ['files', 'v3', 'v4'], actual: () => Object.keys(simple) },
    ...tryHelm('v3'),
    ...tryHelm('v4'),
  ],
  goJson: () =>
    golden.goJson.flatMap(({ in: description, out }) => [
      { name: description, expected: out, actual: () => formatMetadata({ description }) },
      { name: description, expected: out, actual: () => formatGoJson(description === '' ? {} : { description }) },
    ]),
  version: () =>
    golden.version.map(({ in: version, out, err }) => ({
      name: version,
      expected: err ?? out,
      actual: async () => readField(formatYaml({ ...minimal, version }), 'version'),
    })),
  name: () =>
    golden.name.map(({ in: name, out, err }) => ({
      name,
      expected: err ?? out,
      actual: async () => readField(formatYaml({ ...minimal, name }), 'name'),
    })),
  sanitizeDescription: () =>
    golden.sanitizeDescription.map(({ in: description, out }) => ({
      name: description,
      expected: out,
      actual: async () => readField(formatYaml({ ...minimal, description }), 'description'),
    })),
  scalarToString: () =>
    golden.scalarToString.map(({ in: scalar, out, err }) => ({
      name: scalar,
      expected: err?.replace(/^.*json: /, 'cannot load Chart.yaml: ') ?? out,
      actual: async () => readField(`${formatYaml(minimal)}appVersion: ${scalar}\n`, 'appVersion'),
    })),
  helmignore: () =>
    golden.helmignore.map(({ rules, ignored, kept, err }) => ({
      name: rules,
      expected: err ?? { ignored: ignored.toSorted(), kept: kept.toSorted() },
      actual: () => tell(() => sortPaths(rules)),
    })),
  paths: () => [
    {
      name: 'paths',
      expected: golden.paths.toSorted(),
      // Each file of rules decides on each path.
      actual: () =>
        [...new Set(golden.helmignore.filter(({ err }) => !err).flatMap((each) => allPaths(each)))].toSorted(),
    },
  ],
  filepathMatchTrueOrError: () => {
    const vectors = golden.filepathMatchTrueOrError
    const answers = new Map(vectors.map(({ pattern, name, match, err }) => [`${pattern} ${name}`, err ?? match]))
    const names = new Set(vectors.map(({ name }) => name))
    const patterns = [...new Set(vectors.map(({ pattern }) => pattern))]
    // Every pair that is not listed is no match.
    return patterns.flatMap((pattern) =>
      [...names].map((name) => ({
        name: `${pattern} ${name}`,
        expected: answers.get(`${pattern} ${name}`) ?? false,
        actual: () => tell(() => filepathMatch(pattern, name)),
      })),
    )
  },
  emitDescription: () => tryYaml('emitDescription', (description) => ({ description })),
  emitKeywordItem: () => tryYaml('emitKeywordItem', (keyword) => ({ keywords: [keyword] })),
  emitAnnotationKey: () => tryYaml('emitAnnotationKey', (key) => ({ annotations: { [key]: 'v' } })),
  emitAnnotationValue: () => tryYaml('emitAnnotationValue', (value) => ({ annotations: { k: value } })),
}

/** The trials of the chart as Helm 3 and Helm 4 packed and pushed it. */
function tryHelm(version: 'v3' | 'v4'): readonly Trial[] {
  const answer = simple[version]
  const { created } = answer
  const archive = Buffer.from(answer.tgzBase64, 'base64')
  const provenance = Buffer.from(answer.provText)
  const push = async (options: { provenance?: Uint8Array } = {}) =>
    layerizeChart(await readChart(archive, options), { format: 'helm', created })
  const manifest = async (options: { provenance?: Uint8Array } = {}) => buildManifest(await push(options))
  const folder = async () =>
    createChart(Object.entries(simple.files).map(([path, text]) => ({ path, bytes: Buffer.from(text, 'base64') })))

  const actual: Readonly<Record<keyof typeof answer, () => unknown>> = {
    config: async () => toText(await readContent((await push()).config)),
    configDigest: async () => (await push()).config.descriptor.digest,
    created: async () => (await push()).annotations['org.opencontainers.image.created'],
    file: async () => `/${(await folder()).metadata.name}-${(await folder()).metadata.version}.tgz`,
    manifest: async () => toText(await readContent(await manifest())),
    manifestDigest: async () => (await manifest()).descriptor.digest,
    manifestWithProv: async () => toText(await readContent(await manifest({ provenance }))),
    manifestWithProvDigest: async () => (await manifest({ provenance })).descriptor.digest,
    provText: async () => {
      const chart = await readChart(archive, { provenance })
      return chart.provenance && toText(await readContent(chart.provenance))
    },
    tarDigest: async () => digestOf(await join(gunzip(slices(archive)))),
    tarSize: async () => (await join(gunzip(slices(archive)))).length,
    tgzBase64: async () => toBase64(await readContent(await packChart(await readChart(archive)))),
    tgzDigest: async () => (await packChart(await readChart(archive))).descriptor.digest,
  }
  return [
    { name: `${version} keys`, expected: Object.keys(answer).toSorted(), actual: () => Object.keys(actual).toSorted() },
    ...Object.entries(actual).map(([key, run]) => ({
      name: `${version}.${key}`,
      expected: answer[key as keyof typeof answer],
      actual: run,
    })),
    {
      name: `${version} config of the folder`,
      expected: answer.config,
      actual: async () => formatMetadata((await folder()).metadata),
    },
    {
      name: `${version} entries of the folder: names, order, modes, and all bytes but those of Chart.yaml`,
      expected: listEntries(gunzip(slices(archive))),
      actual: async () => listEntries(gunzip(slices(await readContent(await packChart(await folder()))))),
    },
  ]
}

/** Our YAML may differ from Helm's, but both are read back as the same value. */
function tryYaml(
  key: 'emitDescription' | 'emitKeywordItem' | 'emitAnnotationKey' | 'emitAnnotationValue',
  wrap: (text: string) => Partial<ChartMetadata>,
): readonly Trial[] {
  return golden[key].flatMap(({ in: text, out, err }) => {
    const fields = wrap(text)
    const written = formatChartYaml({ ...minimal, ...fields }, true)
    const [field = ''] = Object.keys(fields)
    const expected = text === '' && field === 'description' ? undefined : Object.values(fields)[0]
    const ours = { name: `our ${text}`, expected, actual: () => toPlain(parseYaml(written).value)[field] }
    // Helm refuses to write control characters.
    if (err) return [ours]
    return [ours, { name: `Helm's ${text}`, expected, actual: () => toPlain(parseYaml(out).value)[field] }]
  })
}

async function readField(chartYaml: string, field: keyof ChartMetadata): Promise<unknown> {
  const files = [{ path: 'Chart.yaml', bytes: Buffer.from(chartYaml) }]
  try {
    return (await createChart(files)).metadata[field] ?? ''
  } catch (error) {
    return (error as Error).message.replace('Cannot read chart: ', '')
  }
}

function tell(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return (error as Error).message
  }
}

function sortPaths(rules: string): { ignored: readonly string[]; kept: readonly string[] } {
  const isIgnored = parseHelmignore(rules)
  const isLeftOut = (path: string): boolean => isIgnored(path.replace(/\/$/, ''), path.endsWith('/'))
  const paths = golden.paths.toSorted()
  return { ignored: paths.filter(isLeftOut), kept: paths.filter((path) => !isLeftOut(path)) }
}

function allPaths({ ignored, kept }: { ignored: readonly string[]; kept: readonly string[] }): readonly string[] {
  return [...ignored, ...kept]
}

function toPlain(value: YamlValue): Record<string, unknown> {
  const plain = (each: YamlValue): unknown => {
    if (each instanceof Map) return Object.fromEntries([...each].map(([key, item]) => [key, plain(item as YamlValue)]))
    return Array.isArray(each) ? (each as readonly YamlValue[]).map(plain) : each
  }
  return plain(value) as Record<string, unknown>
}

/** Name, mode and bytes of each entry, read from the blocks without the code of the library. */
async function listEntries(source: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const tar = await join(source)
  const entries: string[] = []
  for (let at = 0; tar[at] !== 0;) {
    const text = (start: number, length: number): string => tar.toString('latin1', at + start, at + start + length)
    const name = text(0, 100).replace(/\0.*$/, '')
    const size = Number.parseInt(text(124, 11), 8)
    const bytes = tar.subarray(at + 512, at + 512 + size)
    const mode = Number.parseInt(text(100, 7), 8).toString(8)
    entries.push(`${name} ${mode} ${name.endsWith('/Chart.yaml') ? '' : bytes.toString('base64')}`)
    at += 512 + Math.ceil(size / 512) * 512
  }
  return entries
}

async function join(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const toText = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

const keys = Object.keys(JSON.parse(readFileSync(new URL('helm-vectors.json', import.meta.url), 'utf8')) as object)

describe("Helm's own answers", () => {
  it('have trials for every key, and no other', () => {
    expect(keys.toSorted()).toEqual(Object.keys(TRIALS).toSorted())
  })

  it.each(keys)('are our answers too: %s', async (key) => {
    const trials = TRIALS[key]?.() ?? []

    expect(trials.length).toBeGreaterThan(0)
    for (const { name, expected, actual } of trials) {
      const result = { vector: `${key}: ${name}`, answer: await actual() }
      const wanted = { vector: `${key}: ${name}`, answer: await expected }
      if (DIFFERENT[result.vector] === undefined) expect(result).toEqual(wanted)
      else expect(result, 'it is no longer different').not.toEqual(wanted)
    }
  })

  it('differ from ours in ten vectors at most, never in one that decides what is read', () => {
    const different = Object.keys(DIFFERENT)

    expect(different.length).toBeLessThanOrEqual(10)
    for (const key of ['charts', 'goJson', 'version', 'name', 'helmignore', 'scalarToString']) {
      expect(different.filter((vector) => vector.startsWith(`${key}:`))).toEqual([])
    }
  })
})
