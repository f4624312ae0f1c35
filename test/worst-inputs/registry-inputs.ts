/** Worst inputs for clients of registries and token servers, and for readers of logins. */
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { copy } from '../../src/oras/graph/copy.js'
import { inspectChart } from '../../src/helm/inspect-chart.js'
import { listChartVersions } from '../../src/helm/list-chart-versions.js'
import { pullChart, type PullChartOptions } from '../../src/helm/pull-chart.js'
import { readChartFile } from '../../src/helm/read-chart-file.js'
import { dockerCredentials } from '../../src/oras/credentials/docker-credentials.js'
import { MemoryStore } from '../../src/oras/store/memory-store.js'
import { parseReference } from '../../src/oras/oci/reference.js'
import { Repository } from '../../src/oras/registry/repository.js'
import { makeArchive, type RawEntry } from '../support/make-archive.js'
import { describe, MANIFEST_TYPE, serveChart, type RawChart } from './serve-chart.js'
import { type Answer, fill, KIBIBYTE, MEBIBYTE, number, type WorstInput } from './worst-input.js'

const HEAD = 'apiVersion: v2\nname: mychart\nversion: 1.2.3\n'
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'
const MANIFEST = 4 * MEBIBYTE - 4 * KIBIBYTE
const FILES = 9990
const config = (more = ''): string => `{"name":"mychart","version":"1.2.3","apiVersion":"v2"${more}}`
const small = (): Uint8Array => makeArchive([{ name: 'mychart/Chart.yaml', text: HEAD }])
const many = (share: number): Uint8Array =>
  makeArchive([
    { name: 'mychart/Chart.yaml', text: HEAD },
    ...Array.from({ length: Math.ceil(FILES * share) }, (_, at): RawEntry => ({ name: `mychart/${at}`, text: 'x' })),
  ])
const large = (share: number): Uint8Array =>
  makeArchive([
    { name: 'mychart/Chart.yaml', text: HEAD },
    ...Array.from({ length: Math.ceil(19 * share) }, (_, at): RawEntry => ({
      name: `mychart/${at}`,
      text: Buffer.alloc(5 * MEBIBYTE),
    })),
  ])

const ofChart = (
  reader: string,
  input: string,
  make: (share: number) => RawChart,
  run: (reference: string, options: PullChartOptions, folder: string) => Promise<unknown>,
): WorstInput => ({
  reader,
  input,
  make: async (share, place) => {
    const chart = make(share)
    const { reference, manifest, options } = await serveChart(place, chart)
    const bytes = chart.archive.length + manifest.length + (chart.config?.length ?? 0)
    return { bytes, run: async (signal) => run(reference, { ...options, signal }, place.folder) }
  },
})

const pulls = (input: string, make: (share: number) => RawChart, more: PullChartOptions = {}): WorstInput =>
  ofChart(`pullChart(${Object.keys(more).join(', ')})`, input, make, async (reference, options, folder) =>
    pullChart(reference, { ...options, ...more, ...(more.destination !== undefined && { destination: folder }) }),
  )
const inspects = (input: string, make: (share: number) => RawChart): WorstInput =>
  ofChart('inspectChart()', input, make, inspectChart)

/** A call to a registry that gives this answer to all requests. */
const answered = (
  reader: string,
  input: string,
  make: (share: number) => readonly Answer[],
  run: (host: string, options: PullChartOptions) => Promise<unknown> = async (host, { signal, ...options }) =>
    new Repository(`${host}/mychart`, options).fetchManifest('1.2.3', { signal }),
): WorstInput => ({
  reader,
  input,
  make: async (share, place) => {
    const answers = make(share)
    const { host, options } = await place.serve(answers)
    const bytes = answers.reduce(
      (sum, { body = '', headers = {} }) => sum + body.length + Object.values(headers).join('').length,
      0,
    )
    return { bytes, run: async (signal) => run(host, { ...options, signal }) }
  },
})

const lists = (input: string, make: (share: number) => readonly string[]): WorstInput =>
  answered(
    'listChartVersions()',
    input,
    (share) => make(share).map((tags, at, { length }) => tagPage(tags, at, at === length - 1)),
    async (host, options) => listChartVersions(`${host}/mychart`, options),
  )

/** One page of tags, each already in quotes with a comma behind it. */
function tagPage(tags: string, at: number, isLast: boolean): Answer {
  const next = { link: `</v2/mychart/tags/list?page=${at + 1}&>; rel="next"` }
  return {
    to: at === 0 ? 'GET /v2/mychart/tags/list?n=' : `GET /v2/mychart/tags/list?page=${at}&`,
    headers: { 'content-type': 'application/json', ...(!isLast && next) },
    body: `{"name":"mychart","tags":[${tags}"latest"]}`,
  }
}

/** So many pages of so many tags each. */
const pages = (count: number, size: number, tag: (at: number) => string): readonly string[] =>
  Array.from({ length: Math.max(1, Math.floor(count)) }, (_, page) =>
    number(size, (at) => `"${tag(page * size + at)}",`),
  )

const manifestAnswer = (
  body: string,
  type = MANIFEST_TYPE,
  headers: Readonly<Record<string, string>> = {},
): readonly Answer[] => [{ to: 'GET /v2/mychart/manifests/', headers: { 'content-type': type, ...headers }, body }]
const refused = (
  status: number,
  body: string,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): readonly Answer[] => [{ to: '', status, headers: { 'content-type': type, ...headers }, body }]
/** The limit of Node: all headers of an answer together have 16 KiB. */
const HEADER = 15 * KIBIBYTE
const header = (name: string, input: string, value: (length: number) => string, status = 200): WorstInput =>
  answered(`header ${name}`, input, (share) => [
    { to: '', status, headers: { 'content-type': MANIFEST_TYPE, [name]: value(HEADER * share) }, body: '{}' },
  ])

const copies = (input: string, make: (share: number) => readonly Answer[], name = '1.2.3'): WorstInput =>
  answered('copy()', input, make, async (host, { signal, ...options }) =>
    copy(new Repository(`${host}/mychart`, options), name, new MemoryStore(), { signal }),
  )
const blob = (at: number): string =>
  `{"mediaType":"a/b","digest":"sha256:${at.toString(16).padStart(64, '0')}","size":1}`

const login = (input: string, make: (length: number) => string): WorstInput => ({
  reader: 'dockerCredentials()',
  input,
  make: async (share, { folder }) => {
    const text = make((MEBIBYTE - 100) * share)
    const path = join(folder, 'config.json')
    await writeFile(path, text)
    const find = dockerCredentials({ path })
    return {
      bytes: text.length,
      run: async (signal) => find({ registry: 'localhost:5000', repository: 'mychart' }, { signal }),
    }
  },
})

const helper = (input: string, output: string): WorstInput => ({
  reader: 'credential helper',
  input,
  make: async (share, { folder }) => {
    const text = output.slice(0, Math.floor(output.length * share))
    await mkdir(join(folder, 'bin'))
    await writeFile(join(folder, 'answer'), text)
    await writeFile(join(folder, 'bin/docker-credential-worst'), `#!/bin/sh\ncat ${join(folder, 'answer')}\nexit 1\n`)
    await chmod(join(folder, 'bin/docker-credential-worst'), 0o755)
    process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${process.env['PATH']}`
    await writeFile(join(folder, 'config.json'), '{"credsStore":"worst"}')
    const find = dockerCredentials({ path: join(folder, 'config.json') })
    return {
      bytes: text.length,
      run: async (signal) => find({ registry: 'localhost:5000', repository: 'mychart' }, { signal }),
    }
  },
})

const token = (input: string, make: (length: number) => string, status = 200): WorstInput => ({
  reader: 'token',
  input,
  make: async (share, place) => {
    const body = make(128 * KIBIBYTE * share - 100)
    const { host, options } = await place.serve([
      { to: 'GET /token', status, headers: { 'content-type': 'application/json' }, body },
      { to: '', status: 401, headers: { 'www-authenticate': 'Bearer realm="/token",service="a"' } },
    ])
    return {
      bytes: body.length,
      run: async (signal) => new Repository(`${host}/mychart`, options).fetchManifest('1.2.3', { signal }),
    }
  },
})

const reference = (input: string, make: (length: number) => string): WorstInput => ({
  reader: 'parseReference()',
  input,
  make: (share) => {
    const text = make(5 * MEBIBYTE * share)
    return { bytes: text.length, run: async () => parseReference(text) }
  },
})

export const registryInputs: readonly WorstInput[] = [
  pulls('nothing special', () => ({ archive: small(), config: config() })),
  pulls('very many files', (share) => ({ archive: many(share), config: config() })),
  pulls('very many files', (share) => ({ archive: many(share), config: config() }), { destination: '.', untar: true }),
  pulls('100 MiB of zeros', (share) => ({ archive: large(share), config: config() })),
  pulls('100 MiB of zeros', (share) => ({ archive: large(share), config: config() }), { destination: '.' }),
  pulls('100 MiB of zeros', (share) => ({ archive: large(share), config: config() }), {
    destination: '.',
    untar: true,
  }),
  pulls('a split chart of very many files', (share) => ({ archive: many(share), config: config(), format: 'split' })),
  pulls('a split chart with metadata of 5 MiB', (share) => ({
    archive: small(),
    config: config(`,"keywords":[${fill('"a",', 5 * MEBIBYTE * share - 200)}"a"]`),
    format: 'split',
  })),
  pulls('a Chart.yaml of 5 MiB', (share) => ({
    archive: makeArchive([
      { name: 'mychart/Chart.yaml', text: `${HEAD}keywords: [\n${fill('a,\n', 5 * MEBIBYTE * share - 100)}]\n` },
    ]),
    config: config(),
  })),
  pulls('very many layers', (share) => ({
    archive: small(),
    config: config(),
    layers: number(35_000 * share, (at) => `${blob(at)},`),
  })),
  pulls('annotations of 4 MiB', (share) => ({
    archive: small(),
    config: config(),
    more: `,"annotations":{${number(300_000 * share, (at) => `"a${at}":"",`)}"a":"b"}`,
  })),
  ...[
    ['keywords', (length: number) => `,"keywords":[${fill('"a",', length)}"a"]`],
    ['annotations', (length: number) => `,"annotations":{${number(length / 14, (at) => `"a${at}":"b",`)}"a":"b"}`],
    ['numbers', (length: number) => `,"x":[${fill('1e3,', length)}1]`],
    ['lists in lists', (length: number) => `,"x":[${fill(`${'['.repeat(90)}${']'.repeat(90)},`, length)}1]`],
    ['brackets without end', (length: number) => `,"x":${fill('[', length)}`],
    ['unknown fields', (length: number) => number(length / 15, (at) => `,"f${at}":"g"`)],
    [
      'dependencies',
      (length: number) => `,"dependencies":[${number(length / 20, (at) => `{"name":"d${at}"},`)}{"name":"a"}]`,
    ],
    ['white space in a keyword', (length: number) => `,"keywords":["${fill('\\u2003', length)}"]`],
  ].flatMap(([name, make]) =>
    [5 * MEBIBYTE, 500 * KIBIBYTE].map((length) =>
      inspects(`metadata of ${length / KIBIBYTE} KiB: ${name as string}`, (share) => ({
        archive: small(),
        config: config((make as (length: number) => string)(length * share - 200)),
      })),
    ),
  ),
  ofChart(
    'readChartFile()',
    'the last of very many files',
    (share) => ({ archive: many(share), config: config() }),
    async (place, options) => readChartFile(place, 'none', options),
  ),
  ofChart(
    'readChartFile(partial)',
    'a file behind 100 MiB of zeros',
    (share) => ({ archive: large(share), config: config() }),
    async (place, options) => readChartFile(place, 'none', { ...options, partial: true }),
  ),
  ofChart(
    'readChartFile()',
    'Chart.yaml of a split chart with metadata of 5 MiB',
    (share) => ({
      archive: small(),
      config: config(`,"keywords":[${fill('"a",', 5 * MEBIBYTE * share - 200)}"a"]`),
      format: 'split',
    }),
    async (place, options) => readChartFile(place, 'Chart.yaml', options),
  ),

  answered(
    'manifest',
    'descriptors',
    (share) =>
      manifestAnswer(
        `{"schemaVersion":2,"config":${blob(0)},"layers":[${number((MANIFEST * share) / 120, (at) => `${blob(at)},`)}${blob(1)}]}`,
      ),
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  answered(
    'manifest',
    'annotations',
    (share) =>
      manifestAnswer(
        `{"schemaVersion":2,"config":${blob(0)},"layers":[],"annotations":{${number((MANIFEST * share) / 13, (at) => `"a${at}":"",`)}"a":""}}`,
      ),
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  answered(
    'manifest',
    'annotations of one descriptor',
    (share) =>
      manifestAnswer(
        `{"schemaVersion":2,"config":${blob(0).slice(0, -1)},"annotations":{${number((MANIFEST * share) / 13, (at) => `"a${at}":"",`)}"a":""}},"layers":[]}`,
      ),
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  answered(
    'manifest',
    'brackets side by side',
    (share) =>
      manifestAnswer(`{"schemaVersion":2,"config":${blob(0)},"layers":[],"x":[${fill('[],', MANIFEST * share)}1]}`),
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  answered(
    'manifest',
    'brackets in brackets',
    (share) =>
      manifestAnswer(
        `{"schemaVersion":2,"x":${fill('[', (MANIFEST * share) / 2)}${fill(']', (MANIFEST * share) / 2)}}`,
      ),
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  answered(
    'manifest',
    'one long media type',
    (share) =>
      manifestAnswer(
        `{"schemaVersion":2,"config":{"mediaType":"${fill('a/', MANIFEST * share)}","digest":"sha256:${'0'.repeat(64)}","size":1},"layers":[]}`,
      ),
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  answered(
    'index',
    'entries',
    (share) =>
      manifestAnswer(
        `{"schemaVersion":2,"manifests":[${number((MANIFEST * share) / 120, (at) => `${blob(at)},`)}${blob(1)}]}`,
        INDEX_TYPE,
      ),
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  answered(
    'index',
    '10 manifests of 4 MiB',
    (share) => {
      const manifests = Array.from(
        { length: Math.ceil(10 * share) },
        (_, at) =>
          `{"schemaVersion":2,"config":${blob(at)},"layers":[${number(MANIFEST / 120, (layer) => `${blob(layer)},`)}${blob(1)}]}`,
      )
      return [
        ...manifests.map((body) => ({
          to: `GET /v2/mychart/manifests/${JSON.parse(describe(MANIFEST_TYPE, body)).digest as string}`,
          headers: { 'content-type': MANIFEST_TYPE },
          body,
        })),
        ...manifestAnswer(
          `{"schemaVersion":2,"manifests":[${manifests.map((body) => describe(MANIFEST_TYPE, body)).join(',')}]}`,
          INDEX_TYPE,
        ),
      ]
    },
    async (host, options) => inspectChart(`${host}/mychart:1.2.3`, options),
  ),
  copies('an index of very many entries', (share) =>
    manifestAnswer(
      `{"schemaVersion":2,"manifests":[${number((MANIFEST * share) / 120, (at) => `${blob(at)},`)}${blob(1)}]}`,
      INDEX_TYPE,
    ),
  ),
  copies('an index of 15 manifests of 4 MiB', (share) => {
    const manifests = Array.from(
      { length: Math.ceil(15 * share) },
      (_, at) =>
        `{"schemaVersion":2,"config":${blob(at)},"layers":[${number(MANIFEST / 120, (layer) => `${blob(layer)},`)}${blob(1)}]}`,
    )
    return [
      ...manifests.map((body) => ({
        to: `GET /v2/mychart/manifests/${JSON.parse(describe(MANIFEST_TYPE, body)).digest as string}`,
        headers: { 'content-type': MANIFEST_TYPE },
        body,
      })),
      ...manifestAnswer(
        `{"schemaVersion":2,"manifests":[${manifests.map((body) => describe(MANIFEST_TYPE, body)).join(',')}]}`,
        INDEX_TYPE,
      ),
    ]
  }),
  copies('a manifest of 2000 blobs', (share) => {
    const blobs = Array.from({ length: Math.ceil(2000 * share) }, (_, at) => `b${at}`)
    const described = blobs.map((body) => describe('a/b', body))
    return [
      ...manifestAnswer(`{"schemaVersion":2,"config":${described[0]},"layers":[${described.join(',')}]}`),
      ...described.map((each, at) => ({
        to: `GET /v2/mychart/blobs/${(JSON.parse(each) as { digest: string }).digest}`,
        body: blobs[at] as string,
      })),
    ]
  }),

  lists('a million tags that are versions', (share) => pages(1000 * share, 995, (at) => `1.${at}.0`)),
  lists('a million tags that are no versions', (share) => pages(1000 * share, 995, (at) => `t${at}`)),
  lists('tags of one version in other builds', (share) => pages(30 * share, 30_000, (at) => `1.0.0_${at}`)),
  lists('pages of 4 MiB: short tags', (share) => pages(4, 400_000 * share, (at) => at.toString(36))),
  lists('pages of 4 MiB: long tags of prereleases', (share) =>
    pages(200 * share, 4000, (at) => `1.0.0-${'1.'.repeat(55)}${at}`),
  ),
  lists('pages of 4 MiB: what is no tag', (share) => pages(20 * share, 30_000, (at) => `${'!'.repeat(120)}${at}`)),
  lists('pages of 4 MiB: one tag', (share) => pages(20 * share, 1_000_000, () => 'a')),
  answered(
    'listChartVersions(range)',
    'a million tags, and a long range',
    (share) =>
      pages(1000 * share, 995, (at) => `1.${at}.0`).map((tags, at, { length }) => tagPage(tags, at, at === length - 1)),
    async (host, options) =>
      listChartVersions(`${host}/mychart`, {
        ...options,
        range: number(31, (at) => `${at > 0 ? ' || ' : ''}>=${at + 90} <${at + 91}`),
      }),
  ),
  answered(
    'inspectChart()',
    'the newest of a million tags',
    (share) =>
      pages(1000 * share, 995, (at) => `1.${at}.0-a`).map((tags, at, { length }) =>
        tagPage(tags, at, at === length - 1),
      ),
    async (host, options) => inspectChart(`${host}/mychart`, options),
  ),

  token('brackets', (length) => fill('[', length)),
  token('a token of 128 KiB', (length) => `{"token":"${fill('a', length)}"}`),
  token('keys', (length) => `{${number(length / 12, (at) => `"k${at}":1,`)}"token":"a"}`),
  token('a refusal of 128 KiB', (length) => `{"errors":[${fill('{"code":"a"},', length)}{}]}`, 403),
  answered('error body', 'a page of tags that are never closed', (share) =>
    refused(500, fill('<script>', 64 * KIBIBYTE * share), 'text/html'),
  ),
  answered('error body', 'a page of "<"', (share) => refused(500, fill('<', 64 * KIBIBYTE * share), 'text/html')),
  answered('error body', 'lines', (share) => refused(500, fill(' \n', 64 * KIBIBYTE * share), 'text/plain')),
  answered('error body', 'brackets', (share) => refused(403, fill('[', 64 * KIBIBYTE * share), 'application/json')),
  answered('error body', 'a long message', (share) =>
    refused(400, `{"errors":[{"code":"A","message":"${fill('\\u202e', 60 * KIBIBYTE * share)}"}]}`, 'application/json'),
  ),
  answered('error body', 'what looks like URLs with secrets', (share) =>
    refused(500, fill('https://a:b@c/?d=e&', 64 * KIBIBYTE * share), 'text/plain'),
  ),
  answered('error body', 'what looks like tokens', (share) =>
    refused(500, fill('Bearer eyJh.eyJh.a ', 64 * KIBIBYTE * share), 'text/plain'),
  ),
  answered('error body', 'a body without end', (share) => refused(500, fill('a', 50 * MEBIBYTE * share), 'text/plain')),

  ...[
    ['words', (length: number) => fill('a ', length)],
    ['challenges', (length: number) => fill('Bearer realm="/t",', length)],
    ['quotes that are never closed', (length: number) => `Bearer realm="${fill('\\"', length)}`],
    ['equals signs', (length: number) => `Bearer ${fill('a=', length)}`],
    ['blanks', (length: number) => `Bearer a${fill(' ', length)}b`],
    ['scopes', (length: number) => `Bearer realm="/t",scope="${fill('repository:a:pull ', length)}"`],
    ['actions', (length: number) => `Bearer realm="/t",scope="repository:a:${fill('a,', length)}"`],
    ['colons in a scope', (length: number) => `Bearer realm="/t",scope="${fill(':', length)}"`],
    ['a long realm', (length: number) => `Bearer realm="https://${fill('a.', length)}"`],
  ].map(([name, value]) => header('www-authenticate', name as string, value as (length: number) => string, 401)),
  ...[
    ['brackets', (length: number) => fill('<', length)],
    ['links', (length: number) => fill('<a>; rel=prev, ', length)],
    ['parameters', (length: number) => `<a>${fill(';a', length)}`],
    ['blanks', (length: number) => `<a>${fill(' ', length)};`],
    ['quotes', (length: number) => `<a>; rel="${fill('\\"', length)}`],
    ['relations', (length: number) => `<a>; rel="${fill('a ', length)}"`],
  ].map(([name, value]) =>
    answered(
      'header link',
      name as string,
      (share) => [
        { to: '', headers: { link: (value as (length: number) => string)(HEADER * share) }, body: '{"tags":[]}' },
      ],
      async (host, options) => listChartVersions(`${host}/mychart`, options),
    ),
  ),
  ...[
    ['warnings', (length: number) => fill('299 - "a",', length)],
    ['quotes', (length: number) => `299 - "${fill('\\"', length)}`],
    ['blanks', (length: number) => `299${fill(' ', length)}-`],
    ['digits', (length: number) => fill('299 ', length)],
  ].map(([name, value]) =>
    answered(
      'header warning',
      name as string,
      (share) => [
        {
          to: '',
          headers: { 'content-type': MANIFEST_TYPE, warning: (value as (length: number) => string)(HEADER * share) },
          body: '{}',
        },
      ],
      async (host, { signal, ...options }) =>
        new Repository(`${host}/mychart`, { ...options, onEvent: () => undefined }).fetchManifest('1.2.3', { signal }),
    ),
  ),
  answered('header location', 'a long path', (share) => [
    { to: '', status: 307, headers: { location: `/${fill('../a/', HEADER * share)}` } },
  ]),
  answered('header location', 'a long host', (share) => [
    { to: '', status: 307, headers: { location: `https://${fill('a.', HEADER * share)}/` } },
  ]),
  answered('header location', 'a long query', (share) => [
    { to: '', status: 307, headers: { location: `/?${fill('a=b&', HEADER * share)}` } },
  ]),
  header('retry-after', 'digits', (length) => fill('1', length), 429),
  header('ratelimit-limit', 'digits and blanks', (length) => `1${fill(' ', length)};w=1`, 429),
  header('docker-content-digest', 'a long digest', (length) => `sha256:${fill('a', length)}`),
  header('content-type', 'blanks', (length) => `a${fill(' ', length)}b`),
  header('content-range', 'digits', (length) => `bytes ${fill('1', length)}-`),
  header('x-request-id', 'invisible characters', (length) => fill('\u00ad', length), 500),

  reference('slashes', (length) => fill('a/', length)),
  reference('colons', (length) => `a/${fill(':', length)}`),
  reference('ats', (length) => `a/b${fill('@', length)}`),
  reference('underscores', (length) => `a/${fill('a_', length)}`),
  reference('dashes', (length) => `a/a${fill('-', length)}!`),
  reference('labels', (length) => `${fill('a.', length)}/b`),
  reference('a scheme', (length) => `${fill('a', length)}:/b`),
  reference('digits of a port', (length) => `a:${fill('1', length)}/b`),
  reference('a digest', (length) => `a/b@sha256:${fill('a', length)}`),
  reference('an address', (length) => `[${fill(':', length)}]/b`),
  reference('plus signs', (length) => `oci://a/b:1${fill('+', length)}`),

  login(
    'logins of others',
    (length) => `{"auths":{${number(length / 24, (at) => `"h${at}":{"auth":"YQ=="},`)}"a":{}}}`,
  ),
  login(
    'logins for paths of this registry',
    (length) => `{"auths":{${number(length / 40, (at) => `"localhost:5000/p${at}":{"auth":"YTpi"},`)}"a":{}}}`,
  ),
  login('one long login', (length) => `{"auths":{"localhost:5000":{"auth":"${fill('QUJD', length)}"}}}`),
  login('helpers', (length) => `{"credHelpers":{${number(length / 16, (at) => `"h${at}":"a",`)}"a":"b"}}`),
  login('brackets', (length) => fill('[', length)),
  login('brackets that close', (length) => `{"auths":{},"x":${fill('[', length / 2)}${fill(']', length / 2)}}`),
  login('names with many slashes', (length) => `{"auths":{"${fill('/', length)}":{}}}`),
  helper('words', fill('a ', 63 * KIBIBYTE)),
  helper('brackets', fill('[', 63 * KIBIBYTE)),
  helper('what looks like a secret', fill('aB3$', 63 * KIBIBYTE)),
  helper('lines', fill('a\n', 63 * KIBIBYTE)),
  helper('quotes', fill('"a=', 63 * KIBIBYTE)),
]
