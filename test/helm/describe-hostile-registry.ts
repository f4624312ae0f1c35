/**
 * Registries that lie, stall, drip, or never stop, one row for each way: the right bytes or the expected error, within
 * the time limit, with nothing written and no connection left open.
 */
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  digestOf,
  inspectChart,
  listChartVersions,
  OciError,
  pullChart,
  type PullChartOptions,
  readChart,
  readChartFile,
  readContent,
} from '../../src/index.js'
import { CHART_YAML, makeFolder, makeTar, packFiles, toTexts } from '../support/make-chart.js'
import { type ServedRequest, serveHttp } from '../support/serve-http.js'
import { skipWaiting } from '../support/skip-waiting.js'

const MEBIBYTE = 1024 * 1024
// No message is longer than this, or contains control characters, whatever a registry writes.
const MAX_MESSAGE = 5000
const RIGHT = 'right'

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json'
const HELM = 'application/vnd.cncf.helm'
const FILES = { 'Chart.yaml': CHART_YAML, 'values.yaml': 'replicas: 2\n', 'templates/a.yaml': 'kind: ConfigMap\n' }
const METADATA = '{"name":"mychart","version":"1.2.3","apiVersion":"v2"}'
const ARCHIVE = packFiles(FILES)

// Contents of registries.

/** Bytes by the name that they have in this file; they are found by their digest. MANIFEST or INDEX is tagged. */
type Contents = Readonly<Record<string, Uint8Array>>

const toBytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`
const pointTo = (mediaType: string, bytes: Uint8Array, lie: object = {}): object => {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, ...lie }
}

/** What a hostile chart in Helm's format has in addition to the right members, or in place of them. */
interface Lies {
  readonly config?: string | Uint8Array
  readonly ofConfig?: object
  readonly ofLayer?: object
  readonly layers?: readonly object[]
  readonly manifest?: object
}

function chart({ config = METADATA, ofConfig, ofLayer, layers = [], manifest }: Lies = {}): Contents {
  const CONFIG = Buffer.from(config as string)
  const layer = pointTo(`${HELM}.chart.content.v1.tar+gzip`, ARCHIVE, ofLayer)
  const MANIFEST = {
    schemaVersion: 2,
    config: pointTo(`${HELM}.config.v1+json`, CONFIG, ofConfig),
    layers: [layer, ...layers],
    ...manifest,
  }
  return { CONFIG, LAYER: ARCHIVE, MANIFEST: toBytes(MANIFEST) }
}

/** A chart of two layers, or of one if it has no metadata. */
function split(annotations: object, files: Readonly<Record<string, string>>, metadata?: string): Contents {
  const [CONFIG, META] = [Buffer.from('{}'), Buffer.from(metadata ?? '')]
  const LAYER = makeTar(Object.entries(files).map(([name, text]) => ({ name, text })))
  const content = pointTo(`${HELM}.chart.content.v1+tar`, LAYER, { annotations })
  const layers = metadata === undefined ? [content] : [pointTo(`${HELM}.chart.config.v1+json`, META), content]
  const config = pointTo('application/vnd.oci.image.config.v1+json', CONFIG)
  return { CONFIG, META, LAYER, MANIFEST: toBytes({ schemaVersion: 2, config, layers }) }
}

/** An index of entries, and a good chart. */
const index = (...entries: readonly object[]): Contents => {
  return { ...chart(), INDEX: toBytes({ schemaVersion: 2, manifests: entries }) }
}
const entry = (lie?: object): object => pointTo(MANIFEST_TYPE, chart()['MANIFEST'] as Buffer, lie)
const absent = (at: number): object => pointTo(MANIFEST_TYPE, Buffer.from(`${at}`))
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at))

/** A chart below so many indexes. */
function nest(levels: number): Contents {
  const indexes: Record<string, Uint8Array> = {}
  let inner = entry()
  for (let level = levels; level > 0; level--) {
    const bytes = toBytes({ schemaVersion: 2, manifests: [inner] })
    indexes[level === 1 ? 'INDEX' : `INDEX${level}`] = bytes
    inner = pointTo(INDEX_TYPE, bytes)
  }
  return { ...chart(), ...indexes }
}

// Answers of registries.

/** A request, and the answer of an honest registry. */
interface Exchange extends ServedRequest {
  /** The name, in this file, of what is asked for; `TAGS` for the list of tags. */
  readonly name: string
  readonly bytes: Buffer
  readonly type: string
  readonly response: ServerResponse
  /** How many requests for the same there were, this one included. */
  readonly count: number
  /** The registry, and another host with the same contents. */
  readonly host: string
  readonly other: string
  /** Ends an answer that the client should have left long ago; fails the test. */
  readonly overrun: () => void
}

type Answer = (exchange: Exchange) => unknown
type Headers = Readonly<Record<string, string>>

const decently: Answer = ({ bytes, type, response }) => {
  if (bytes.length === 0) response.writeHead(404, { 'content-length': 0 }).end()
  else response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes)
}
/** Answers one request as given, and all others honestly. */
const at = (name: string, answer: Answer): Answer => {
  return (exchange) => (exchange.name === name ? answer(exchange) : decently(exchange))
}
const sending = (body: string | Uint8Array, headers: Headers = {}, status = 200): Answer => {
  return ({ response, type }) => {
    response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers }).end(body)
  }
}
/** Sends the answer of an honest registry with other headers. */
const adding = (headers: Headers): Answer => {
  return (exchange) => sending(exchange.bytes, headers)(exchange)
}
/** Sends the answer of an honest registry with one wrong byte. */
const changing = (where: (size: number) => number): Answer => {
  return (exchange) => {
    const changed = Buffer.from(exchange.bytes)
    const position = where(changed.length)
    changed[position] = (changed[position] as number) ^ 1
    return sending(changed)(exchange)
  }
}
/** Sends the manifest, changed by a function of its text. */
const rewriting = (rewrite: (text: string, exchange: Exchange) => string): Answer => {
  return at('MANIFEST', (exchange) => sending(rewrite(String(exchange.bytes), exchange))(exchange))
}
/** Sends a body without end; stops at 32 MiB. */
const endlessly = (status = 200, headers: Headers = {}): Answer => {
  return ({ response, type, overrun }) => {
    response.writeHead(status, { 'content-type': type, ...headers })
    let left = 512
    const more = (): void => {
      while (!response.destroyed) {
        if (left-- === 0) return overrun()
        if (!response.write(' '.repeat(65536))) return void response.once('drain', more)
      }
    }
    more()
  }
}
/** Sends a body in pieces of one or a few bytes, with a pause after each; a part, if a part was asked for. */
const dripping = (gap: number, piece = 1): Answer => {
  return async ({ response, bytes, type, headers: { range } }) => {
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${bytes.length - 1}/${bytes.length}`)
    response.writeHead(from > 0 ? 206 : 200, { 'content-type': type, 'content-length': bytes.length - from })
    for (let position = from; position < bytes.length && !response.destroyed; position += piece) {
      response.write(bytes.subarray(position, position + piece))
      await sleep(gap)
    }
    response.end()
  }
}
const silently: Answer = () => undefined
/** Sends headers, and no body. */
const stalling = (status = 200): Answer => {
  return ({ response, type }) =>
    response.writeHead(status, { 'content-type': type, 'content-length': 9 }).flushHeaders()
}
const redirecting = (target: (exchange: Exchange) => string): Answer => {
  return (exchange) => sending('', { location: target(exchange) }, 307)(exchange)
}
const elsewhere = ({ other, path }: Exchange): string => `http://${other}${path}`
const PAGE = sending('<html><h1>Welcome</h1></html>', { 'content-type': 'text/html' })
/** Demands a login or a token, and then answers. */
const challenging = (challenge: (exchange: Exchange) => string, answer: Answer = decently): Answer => {
  return (exchange) => {
    if (exchange.path.startsWith('/token')) return sending('{"token":"t0ken"}')(exchange)
    if (exchange.headers.authorization) return answer(exchange)
    return sending('', { 'www-authenticate': challenge(exchange) }, 401)(exchange)
  }
}
const basic = (): string => 'Basic realm="here"'
const bearer = ({ host }: Exchange): string => `Bearer realm="http://${host}/token",service="here"`
const tags = (...list: readonly unknown[]): Answer => at('TAGS', sending(JSON.stringify({ tags: list })))

// Outcomes.

type Facade = 'pull' | 'inspect' | 'file' | 'list'
/** `right`, what was written, or code and message of the error, which may be its beginning and `…`. */
type Outcomes = Readonly<Partial<Record<Facade, string>>>
/** One hostile behaviour: by default the contents are a good chart, and the answers honest. */
type Row = readonly [what: string, how: Answer | Contents, outcomes: Outcomes, more?: Circumstances]

interface Circumstances {
  readonly holds?: Contents
  readonly reference?: string
  readonly options?: PullChartOptions
  /** How many requests there are at most. */
  readonly requests?: number
  /** Gets the requests that the other host has seen. */
  readonly elsewhere?: (requests: readonly ServedRequest[]) => void
}

/** A running registry, and another host. */
async function serve(holds: Contents, answer: Answer) {
  const names = new Map(Object.entries(holds).map(([name, bytes]) => [digestOf(bytes) as string, name]))
  const tagged = 'INDEX' in holds ? 'INDEX' : 'MANIFEST'
  const counts = new Map<string, number>()
  const open: Promise<unknown>[] = []
  const overruns: string[] = []

  const toExchange = (request: ServedRequest, response: ServerResponse): Exchange => {
    const [, kind, last = ''] = /\/(manifests|blobs|tags)\/([^?]*)/.exec(request.path) ?? []
    const isTag = kind === 'manifests' && !last.includes(':')
    const name = kind === 'tags' ? 'TAGS' : isTag ? tagged : (names.get(last) ?? last)
    const bytes = kind === 'tags' ? '{"name":"mychart","tags":["1.2.3"]}' : (holds[name] ?? '')
    const type = name.startsWith('INDEX') ? INDEX_TYPE : kind === 'manifests' ? MANIFEST_TYPE : 'application/json'
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    const overrun = (): void => {
      overruns.push(request.path)
      response.destroy()
    }
    const known = { name, bytes: Buffer.from(bytes as string), type, count }
    return { ...request, ...known, response, host, other: other.host, overrun }
  }
  const other = await serveHttp((request, response) => decently(toExchange(request, response)))
  const { host, requests } = await serveHttp((request, response) => {
    open.push(once(response, 'close'))
    return answer(toExchange(request, response))
  })
  return {
    host,
    requests,
    elsewhere: other.requests,
    overruns,
    /** Resolves when each answer has been sent to its end, or broken off. */
    closed: () => Promise.all(open),
    /** Replaces hosts and digests by names. */
    shorten: (text: string): string =>
      [...names, [host, 'HOST'] as const, [other.host, 'ELSEWHERE'] as const]
        .reduce((short, [value, name]) => short.replaceAll(value, name), text)
        .replaceAll(/sha256:[0-9a-f]{64}/g, 'OTHER'),
  }
}

async function listTree(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).toSorted()
}

async function call(facade: Facade, reference: string, all: PullChartOptions): Promise<string> {
  const { destination: _, untar: __, ...reading } = all
  if (facade === 'inspect') {
    const json = JSON.stringify((await inspectChart(reference, reading)).metadata)
    return json === METADATA ? RIGHT : json
  }
  if (facade === 'file') {
    const { bytes, verified } = await readChartFile(reference, 'values.yaml', reading)
    expect([Buffer.from(bytes).toString(), verified]).toEqual([FILES['values.yaml'], true])
    return RIGHT
  }
  if (facade === 'list') {
    const { version: ___, strict: ____, limits: _____, ...listing } = reading
    const { versions } = await listChartVersions(reference, listing)
    return versions.length === 1 && versions[0]?.tag === '1.2.3' ? RIGHT : `${versions.length} from ${versions[0]?.tag}`
  }
  const { chart: pulled, archive } = await pullChart(reference, all)
  const written = await listTree(all.destination ?? '')
  if (!Buffer.from(await readContent(archive)).equals(ARCHIVE)) return written.join(' ')
  expect(toTexts(pulled.files)).toEqual(FILES)
  const paths = Object.keys(FILES).map((path) => `mychart/${path}`)
  expect(written).toEqual(['mychart', 'mychart/templates', ...paths].toSorted())
  return RIGHT
}

/** Calls with a destination, checks it and everything around it, and returns the outcome with names in it. */
async function run(facade: Facade, how: Answer | Contents, more: Circumstances = {}): Promise<string> {
  const { holds = chart(), reference = 'oci://HOST/mychart:1.2.3', requests = 8 } = more
  const site = typeof how === 'function' ? await serve(holds, how) : await serve(how, decently)
  const folder = await makeFolder()
  const inside = 'a/b/destination'
  const destination = join(folder, inside)
  await mkdir(destination, { recursive: true })
  const around = async () => [
    (await listTree(folder)).filter((path) => !path.startsWith(`${inside}/`)),
    await readdir(process.cwd()),
  ]
  const before = await around()
  const place = reference.replace('HOST', site.host)

  let outcome: string
  try {
    outcome = await call(facade, place, { untar: true, retry: false, ...more.options, destination })
  } catch (error) {
    if (!(error instanceof OciError)) throw error
    expect(error.hint).not.toBe('')
    expect(error.message).not.toMatch(/\p{Cc}/u)
    expect(error.message.length).toBeLessThan(MAX_MESSAGE)
    expect(await readdir(destination)).toEqual([])
    outcome = site.shorten(`${error.code} ${error.message.replaceAll(place, 'REF')}`)
  }
  expect(await around()).toEqual(before)
  await site.closed()
  expect(site.overruns).toEqual([])
  expect(site.requests.length).toBeLessThanOrEqual(requests)
  more.elsewhere?.(site.elsewhere)
  return outcome
}

function expectOutcome(outcome: string, expected: string): void {
  if (expected.endsWith('…')) expect(outcome.slice(0, expected.length - 1)).toBe(expected.slice(0, -1))
  else expect(outcome).toBe(expected)
}

/** Which tests: in the first part, each hostile behaviour meets one call; in the rest, all other calls. */
type Part = 'each once' | 'the rest'

function describePart(part: Part, title: string, usual: Circumstances, rows: readonly Row[]): void {
  const cases = rows.flatMap(([what, how, outcomes, more]) => {
    const entries = Object.entries(outcomes)
    return (part === 'each once' ? entries.slice(0, 1) : entries.slice(1)).map(
      ([facade, outcome]) => [what, facade as Facade, how, outcome, { ...usual, ...more }] as const,
    )
  })
  if (cases.length === 0) return
  describe(title, () => {
    it.each(cases)('%s (%s)', async (_, facade, how, outcome, more) => {
      expectOutcome(await run(facade, how, more), outcome)
    })
  })
}

const INCOMPLETE = 'the list is not complete: a page has a link to the next one, which brings no more tags'

// Expected outcomes by call.
const all = (outcome: string) => ({ pull: outcome, inspect: outcome, file: outcome })
const each = (outcome: string) => ({ ...all(outcome), list: outcome })
const ofLayer = (outcome: string) => ({ pull: outcome, file: outcome })
const ofConfig = (outcome: string) => ({ pull: outcome, inspect: outcome })
const noManifest = (reason: string) =>
  all(`ERR_INVALID_MANIFEST Cannot read chart REF: its manifest is invalid: ${reason}`)
const TOO_MANY_VALUES = all(
  'ERR_LIMIT_EXCEEDED Cannot read chart REF: its manifest is too large: its JSON has more than 150000 values',
)
const noList = (code: string, reason: string) => each(`${code} Cannot list the tags of HOST/mychart: ${reason}`)
const refused = (code: string, reason: string) => ({
  ...all(`${code} Cannot read HOST/mychart:1.2.3: ${reason}`),
  list: `${code} Cannot list the tags of HOST/mychart: ${reason}`,
})
const unanswered = (reason: string) => ({
  ...all(`ERR_NETWORK Cannot GET http://HOST/v2/mychart/manifests/1.2.3: ${reason}`),
  list: `ERR_NETWORK Cannot GET http://HOST/v2/mychart/tags/list?n=1000: ${reason}`,
})

const MISMATCH = 'ERR_CONTENT_MISMATCH Cannot read'
const CHANGED = 'the bytes have digest OTHER'
const promised = (name: string, size: number, actual: number | 'more'): string =>
  `${MISMATCH} ${name}: ${size} bytes were promised, but there are ${actual === 'more' ? actual : `only ${actual}`}`
const tooLarge = (part: string, size: number, limit: number) =>
  all(
    `ERR_LIMIT_EXCEEDED Cannot read chart REF: its content ${HELM}.${part} has ${size} bytes, more than the limit of ${limit}`,
  )
const missing = (name: string): string =>
  `ERR_NOT_FOUND Cannot read ${name} from HOST/mychart: the registry answered 404`
const SIZE = ARCHIVE.length
const SHORT = METADATA.length
const OTHER = Buffer.from('other')
const SIGNAL = '\u009b31m'

/** Runs the tests of a part in the file that calls it. */
export function describeHostileRegistry(part: Part): void {
  beforeEach(skipWaiting)
  describeAllRows(part)
  if (part === 'each once') {
    describeProvenances()
    describeMovingTag()
    describeConfigs()
    describeSplitCharts()
  }
  describeMetadataLayers(part)
}

const prov = (text: string, lie?: object) => pointTo(`${HELM}.chart.provenance.v1.prov`, Buffer.from(text), lie)

const naming = (urls: (exchange: Exchange) => string): Answer =>
  rewriting((text, exchange) => text.replaceAll('"mediaType"', `"urls":["${urls(exchange)}"],"mediaType"`))
const unasked = { elsewhere: (requests: readonly ServedRequest[]) => expect(requests).toEqual([]) }

const TWO = chart({ config: METADATA.replace('1.2.3', '2.0.0') })
const second = sending(TWO['MANIFEST'] as Buffer)

const noChart = (mediaType: string) =>
  all(`ERR_UNSUPPORTED_ARTIFACT Cannot read chart REF: it is an index without a chart: ${mediaType}`)
const ITSELF = index(pointTo(INDEX_TYPE, OTHER))
const HELM_ENTRY = entry({ artifactType: `${HELM}.config.v1+json` })

const SILENT = 'no byte came for 250 ms'
const blob = (name: string): string => `ERR_NETWORK Cannot GET http://HOST/v2/mychart/blobs/${name}: ${SILENT}`
const withoutParts = (answer: Answer): Answer => {
  return (exchange) => answer({ ...exchange, headers: {} })
}
const moving: Answer = (exchange) => {
  exchange.response.setHeader('location', elsewhere(exchange))
  return stalling(307)(exchange)
}

const credentials = { username: 'robot', password: 's3cret' }
const headers: Answer = ({ response: { socket } }) => {
  socket?.write('HTTP/1.1 200 OK\r\n')
  const more = (): void => {
    while (socket && !socket.destroyed && socket.write(`X-${'x'.repeat(1000)}: x\r\n`));
    socket?.once('drain', more)
  }
  more()
}

const withoutLogin = {
  elsewhere: (requests: readonly ServedRequest[]) =>
    expect(new Set(requests.map((request) => request.headers.authorization))).toEqual(new Set([undefined])),
}

const linking = (link: (exchange: Exchange) => string): Answer =>
  at('TAGS', (exchange) => sending('{"tags":["1.2.3"]}', { link: `<${link(exchange)}>; rel="next"` })(exchange))
const notLists = ['tags: [1.2.3]', '', '[]', 'null', '{"tags":"1.2.3"}', deep(100_000)]

const withMembers = (members: string): string => METADATA.replace('}', `,${members}}`)
const metadata = (name: unknown, version = '1.2.3'): string => JSON.stringify({ name, version, apiVersion: 'v2' })
const field = (kind: string, name: string, type: string): string =>
  `cannot load metadata: cannot unmarshal ${kind} into Go struct field Metadata.${name} of type ${type}`
const NOT_JSON = 'cannot load metadata: …'
const DEEP = 'cannot load metadata: nesting exceeded 100 levels'
const NAME = 'validation: chart.metadata.name'
const VERSION = 'validation: chart.metadata.version'

/** Each hostile behaviour, and its outcome. */
function describeAllRows(part: Part): void {
  const describeRows = (title: string, usual: Circumstances, rows: readonly Row[]): void =>
    describePart(part, title, usual, rows)

  describeRows('a registry that sends other bytes', {}, [
    [
      'in the first byte of the layer',
      at(
        'LAYER',
        changing(() => 0),
      ),
      ofLayer(`${MISMATCH} LAYER: ${CHANGED}`),
    ],
    [
      'in the middle of the layer',
      at(
        'LAYER',
        changing((size) => size >> 1),
      ),
      ofLayer(`${MISMATCH} LAYER: ${CHANGED}`),
    ],
    [
      'in the last byte of the layer',
      at(
        'LAYER',
        changing((size) => size - 1),
      ),
      ofLayer(`${MISMATCH} LAYER: ${CHANGED}`),
    ],
    [
      'in the layer, of which an inspection knows nothing',
      at(
        'LAYER',
        changing(() => 0),
      ),
      { inspect: RIGHT },
    ],
    [
      'in the config',
      at(
        'CONFIG',
        changing((size) => size >> 1),
      ),
      { ...ofConfig(`${MISMATCH} CONFIG: ${CHANGED}`), file: RIGHT },
    ],
    [
      'in the manifest, asked for by digest',
      at(
        'MANIFEST',
        changing((size) => size - 2),
      ),
      all(`${MISMATCH} manifest MANIFEST: the registry answered with OTHER`),
      { reference: `oci://HOST/mychart@${digestOf(chart()['MANIFEST'] as Buffer)}`, requests: 1 },
    ],
    [
      'than the digest of the manifest in its header',
      at('MANIFEST', adding({ 'docker-content-digest': digestOf(OTHER) })),
      all(`${MISMATCH} manifest OTHER: the registry answered with MANIFEST`),
      { requests: 1 },
    ],
    [
      'than a digest that is long and drives terminals',
      at('MANIFEST', adding({ 'docker-content-digest': `sha256:${SIGNAL}${'x'.repeat(8000)}` })),
      all(`${MISMATCH} manifest …`),
      { requests: 1 },
    ],
    [
      'than the headers of blobs say, which counts for nothing',
      (exchange) =>
        (exchange.type === MANIFEST_TYPE ? decently : adding({ 'docker-content-digest': digestOf(OTHER) }))(exchange),
      all(RIGHT),
    ],
    ['than those of the layer: the config', at('LAYER', sending(METADATA)), ofLayer(promised('LAYER', SIZE, SHORT))],
    ['than those of the layer: none', at('LAYER', sending('')), ofLayer(promised('LAYER', SIZE, 0))],
    [
      'than those of the layer: a part of them',
      at('LAYER', sending('', { 'content-range': 'bytes 1-9/10' }, 206)),
      ofLayer('ERR_REGISTRY Cannot read LAYER from HOST/mychart: the registry answered 206'),
    ],
    [
      'for all that is asked, which are gzipped once more',
      (exchange) => sending(gzipSync(exchange.bytes), { 'content-encoding': 'gzip' })(exchange),
      { ...noManifest('it is not JSON'), list: noList('ERR_REGISTRY', 'the answer is not a list of tags').list },
    ],
    [
      'for the layer: it is not there',
      at('LAYER', sending('', {}, 404)),
      { ...ofLayer(missing('LAYER')), inspect: RIGHT },
    ],
  ])

  describeRows('a registry whose manifest is', { requests: 1 }, [
    [
      'announced as an index',
      at('MANIFEST', adding({ 'content-type': INDEX_TYPE })),
      noManifest(`its members are not those of "${INDEX_TYPE}"`),
    ],
    [
      'announced as something that drives terminals',
      at('MANIFEST', adding({ 'content-type': `a/${SIGNAL}` })),
      noManifest(`it calls itself "${MANIFEST_TYPE}", but was announced as "a/…`),
      { holds: chart({ manifest: { mediaType: MANIFEST_TYPE } }) },
    ],
    [
      'an index by its own word',
      chart({ manifest: { mediaType: INDEX_TYPE } }),
      noManifest(`it calls itself "${INDEX_TYPE}", but was announced as "${MANIFEST_TYPE}"`),
    ],
    [
      'by its own word long and a driver of terminals',
      chart({ manifest: { mediaType: SIGNAL.repeat(MEBIBYTE / 8) } }),
      noManifest('it calls itself …'),
    ],
    [
      'by its own word a list nested 100,000 deep',
      rewriting((text) => text.replace('{', `{"mediaType":${deep(100_000)},`)),
      noManifest('it calls itself …'),
    ],
    [
      'a manifest and an index at once',
      chart({ manifest: { manifests: [] } }),
      noManifest('it is an index and a manifest at once'),
    ],
    [
      'larger than 4 MiB',
      chart({ manifest: { annotations: { a: 'a'.repeat(4 * MEBIBYTE) } } }),
      all('ERR_LIMIT_EXCEEDED Cannot read HOST/mychart:1.2.3: it is larger than 4194304 bytes'),
    ],
    ['brackets without end', at('MANIFEST', sending('['.repeat(4 * MEBIBYTE))), TOO_MANY_VALUES],
    ['null', at('MANIFEST', sending('null')), noManifest('it is not an object')],
    ['a list', at('MANIFEST', sending('[]')), noManifest('it is not an object')],
    ['empty', at('MANIFEST', sending('{}')), noManifest('a descriptor is missing')],
    ['nothing at all', at('MANIFEST', sending('')), noManifest('it is not JSON')],
    ['not UTF-8', at('MANIFEST', sending(Buffer.of(0x7b, 0xff, 0x7d))), noManifest('it is not JSON')],
    ['without a config that is one', chart({ manifest: { config: [] } }), noManifest('a descriptor is missing')],
    [
      'without a layer that is one',
      chart({ ofLayer: { mediaType: 1 } }),
      noManifest('a descriptor has no type or digest'),
    ],
    [
      'of a layer just beyond 100 MiB',
      chart({ ofLayer: { size: 100 * MEBIBYTE + 1 } }),
      tooLarge('chart.content.v1.tar+gzip', 104857601, 104857600),
    ],
    [
      'of a layer of 8 PiB',
      chart({ ofLayer: { size: Number.MAX_SAFE_INTEGER } }),
      tooLarge('chart.content.v1.tar+gzip', Number.MAX_SAFE_INTEGER, 104857600),
    ],
    ['of a config of 6 MiB', chart({ ofConfig: { size: 6 * MEBIBYTE } }), tooLarge('config.v1+json', 6291456, 5242880)],
    [
      'of a provenance of 6 MiB',
      chart({ layers: [prov('x', { size: 6 * MEBIBYTE })] }),
      tooLarge('chart.provenance.v1.prov', 6291456, 5242880),
    ],
    ...[-1, 1.5, Number.MAX_SAFE_INTEGER + 1, '12', null, [], {}].map((size): Row => [
      `of a layer of ${JSON.stringify(size)} bytes`,
      chart({ ofLayer: { size } }),
      noManifest('a descriptor has no valid size'),
    ]),
    ...['sha256:../../x', `md5:${'0'.repeat(32)}`, `sha256:${'A'.repeat(64)}`, `sha256:${'0'.repeat(64)}?x=`, ''].map(
      (digest): Row => [
        `of a layer with the digest "${digest}"`,
        chart({ ofLayer: { digest } }),
        noManifest('a descriptor has no valid digest'),
      ],
    ),
  ])

  describeRows('a registry whose manifest names', { requests: 3 }, [
    [
      'a layer that is a byte shorter',
      chart({ ofLayer: { size: SIZE - 1 } }),
      ofLayer(promised('LAYER', SIZE - 1, 'more')),
    ],
    [
      'a layer that is a byte longer',
      chart({ ofLayer: { size: SIZE + 1 } }),
      ofLayer(promised('LAYER', SIZE + 1, SIZE)),
    ],
    ['a layer of nothing', chart({ ofLayer: { size: 0 } }), ofLayer(promised('LAYER', 0, 'more'))],
    [
      'a config that is a byte shorter',
      chart({ ofConfig: { size: SHORT - 1 } }),
      ofConfig(promised('CONFIG', SHORT - 1, 'more')),
    ],
    [
      'a config that is a byte longer',
      chart({ ofConfig: { size: SHORT + 1 } }),
      ofConfig(promised('CONFIG', SHORT + 1, SHORT)),
    ],
    [
      'something else',
      { ...chart({ ofLayer: { digest: digestOf(OTHER) } }), ELSE: OTHER },
      ofLayer(promised('ELSE', SIZE, 5)),
    ],
    [
      'a layer that the registry does not have',
      chart({ ofLayer: { digest: digestOf(OTHER) } }),
      ofLayer(missing('OTHER')),
    ],
    [
      'a provenance that the registry does not have',
      chart({ layers: [prov('x')] }),
      { pull: missing('OTHER'), inspect: RIGHT, file: RIGHT },
      { requests: 4 },
    ],
    ['urls, which are not fetched', naming(elsewhere), all(RIGHT), unasked],
    [
      'urls of blobs that it does not have, which are not fetched',
      naming(elsewhere),
      all(missing('OTHER')),
      { ...unasked, holds: { MANIFEST: chart()['MANIFEST'] as Buffer } },
    ],
    [
      '20,000 layers more',
      chart({ layers: many(20_000, (layer) => pointTo('a/b', Buffer.from(`${layer}`))) }),
      all(RIGHT),
    ],
    [
      'the same layer three times',
      chart({ layers: many(2, () => pointTo(`${HELM}.chart.content.v1.tar+gzip`, ARCHIVE)) }),
      all(RIGHT),
    ],
    [
      'annotations like members of every object',
      rewriting((text) => text.replace('{', '{"annotations":{"__proto__":"x"},')),
      all(RIGHT),
    ],
    [
      'lists nested two million deep',
      rewriting((text) => text.replace('{', `{"x":${deep(2_000_000)},`)),
      TOO_MANY_VALUES,
    ],
    ['lists nested 100,000 deep', rewriting((text) => text.replace('{', `{"x":${deep(100_000)},`)), all(RIGHT)],
  ])

  describeRows('a registry whose tag moves', {}, [
    [
      'between manifest and blobs',
      at('MANIFEST', (exchange) => (exchange.count === 1 ? decently : second)(exchange)),
      all(RIGHT),
      { requests: 3 },
    ],
    ['between manifest and blobs, which are gone', { MANIFEST: chart()['MANIFEST'] as Buffer }, all(missing('OTHER'))],
    [
      'between list and manifest',
      TWO,
      {
        pull: `${MISMATCH} chart REF: the artifact is mychart 2.0.0, but its Chart.yaml is mychart 1.2.3`,
        inspect: `${MISMATCH} chart REF: its version is 2.0.0`,
      },
      { reference: 'oci://HOST/mychart' },
    ],
    [
      'away between list and manifest',
      at('MANIFEST', sending('', {}, 404)),
      all('ERR_NOT_FOUND Cannot read chart REF: the tag 1.2.3 was listed, but is not there'),
      { reference: 'oci://HOST/mychart' },
    ],
  ])

  describeRows('a registry whose index has', {}, [
    [
      'itself as its entry',
      (exchange) => (exchange.name === digestOf(OTHER) ? sending(ITSELF['INDEX'] as Buffer) : decently)(exchange),
      all(promised('OTHER', OTHER.length, 'more')),
      { holds: ITSELF, requests: 2 },
    ],
    [
      'a thousand entries, of which none is there',
      index(...many(1000, absent)),
      noChart(MANIFEST_TYPE),
      { requests: 51 },
    ],
    [
      'a thousand times the same entry',
      index(...many(1000, () => absent(1))),
      noChart(MANIFEST_TYPE),
      { requests: 51 },
    ],
    [
      'a thousand entries, the last of which says that it is a chart',
      index(...many(999, absent), HELM_ENTRY),
      all(RIGHT),
    ],
    ['a chart 10 levels down', nest(10), all(RIGHT), { requests: 13 }],
    ['a chart 60 levels down', nest(60), noChart(INDEX_TYPE), { requests: 51 }],
    ['a missing entry before the chart', index(absent(1), entry()), all(RIGHT)],
    ['a missing entry alone', index(absent(1)), noChart(MANIFEST_TYPE)],
    [
      'an entry with another byte',
      at(
        'MANIFEST',
        changing((size) => size - 2),
      ),
      all(`${MISMATCH} MANIFEST: ${CHANGED}`),
      { holds: index(entry()), requests: 2 },
    ],
    [
      'an entry of 5 MiB',
      index(entry({ size: 5 * MEBIBYTE })),
      all('ERR_LIMIT_EXCEEDED Cannot read chart REF: its manifest MANIFEST has 5242880 bytes, more than 4194304'),
      { requests: 1 },
    ],
    [
      'an entry that should be an index',
      index(entry({ mediaType: INDEX_TYPE })),
      noManifest(`its members are not those of "${INDEX_TYPE}"`),
    ],
  ])

  describeRows('a registry that is slow', { options: { timeout: 250 } }, [
    ['and drips, and ends right', dripping(2), each(RIGHT), { options: { timeout: 5000 } }],
    ['and drips slower than the timeout', dripping(1000), unanswered(SILENT), { requests: 1 }],
    [
      'and drips the layer so, from the first byte again',
      at('LAYER', withoutParts(dripping(1000))),
      ofLayer(blob('LAYER')),
    ],
    [
      'and drips the config so, from the first byte again',
      at('CONFIG', withoutParts(dripping(1000))),
      ofConfig(blob('CONFIG')),
    ],
    ['and drips the layer so, but gives parts', at('LAYER', dripping(1000, 60)), ofLayer(RIGHT)],
    ['and never answers', silently, unanswered(SILENT), { requests: 1 }],
    ['and never answers for the layer', at('LAYER', silently), ofLayer(blob('LAYER'))],
    ['and never sends the body of the layer', at('LAYER', stalling()), ofLayer(blob('LAYER'))],
    ['and never sends the body of its refusal', stalling(500), refused('ERR_REGISTRY', 'the registry answered 500')],
    ['and never sends the body of its redirect', moving, each(RIGHT)],
  ])

  describeRows('a registry that never stops', { options: { credentials } }, [
    [
      'with the manifest',
      at('MANIFEST', endlessly()),
      all('ERR_LIMIT_EXCEEDED Cannot read HOST/mychart:1.2.3: it is larger than 4194304 bytes'),
    ],
    ['with the layer', at('LAYER', endlessly()), ofLayer(promised('LAYER', SIZE, 'more'))],
    ['with the config', at('CONFIG', endlessly()), ofConfig(promised('CONFIG', SHORT, 'more'))],
    [
      'with the list',
      at('TAGS', endlessly()),
      noList('ERR_LIMIT_EXCEEDED', 'a page is larger than 4194304 bytes'),
      { reference: 'oci://HOST/mychart' },
    ],
    ['with its refusal', endlessly(500), refused('ERR_REGISTRY', 'the registry answered 500')],
    [
      'with saying that nothing is there',
      endlessly(404),
      {
        ...all('ERR_NOT_FOUND Cannot read chart REF: there is no such tag'),
        list: 'ERR_NOT_FOUND Cannot list the tags of HOST/mychart: the registry answered 404',
      },
    ],
    ['with a redirect', (exchange) => endlessly(307, { location: elsewhere(exchange) })(exchange), each(RIGHT)],
    [
      'with a challenge',
      (exchange) =>
        (exchange.headers.authorization ? decently : endlessly(401, { 'www-authenticate': basic() }))(exchange),
      each(RIGHT),
    ],
    [
      'with the token',
      (exchange) => (exchange.path.startsWith('/token') ? endlessly() : challenging(bearer))(exchange),
      each('ERR_REGISTRY Cannot get a token from HOST: there is no token in the answer'),
    ],
    ['with headers', headers, unanswered('HPE_HEADER_OVERFLOW')],
  ])

  describeRows('a registry that sends one', { options: { credentials } }, [
    ['in a circle', redirecting(({ path }) => path), refused('ERR_REGISTRY', 'more than 5 redirects'), { requests: 6 }],
    [
      'in a circle, for the layer',
      at(
        'LAYER',
        redirecting(({ path }) => path),
      ),
      ofLayer('ERR_REGISTRY Cannot read LAYER from HOST/mychart: more than 5 redirects'),
    ],
    ['to another host, which gets no password', challenging(basic, redirecting(elsewhere)), each(RIGHT), withoutLogin],
    ['to another host, which gets no token', challenging(bearer, redirecting(elsewhere)), each(RIGHT), withoutLogin],
    [
      'to a file',
      redirecting(() => 'file:///etc/passwd'),
      each('ERR_UNSAFE_URL Cannot follow the redirect to file:///etc/passwd: it is neither http nor https'),
      { requests: 1 },
    ],
    ['to a web page', PAGE, refused('ERR_REGISTRY', 'the answer is a web page'), { requests: 1 }],
    ['to a web page, for the layer', at('LAYER', PAGE), ofLayer(promised('LAYER', SIZE, 29))],
    [
      'to a login, again and again',
      sending('', { 'www-authenticate': basic() }, 401),
      refused('ERR_UNAUTHORIZED', 'the registry answered 401'),
      { requests: 2 },
    ],
    [
      'to its token server, again and again',
      (exchange) => challenging(bearer, sending('', { 'www-authenticate': bearer(exchange) }, 401))(exchange),
      refused('ERR_UNAUTHORIZED', 'the registry answered 401'),
      { requests: 3 },
    ],
    [
      'to a token server at a private address',
      challenging(() => 'Bearer realm="https://169.254.169.254/token"'),
      each('ERR_UNSAFE_URL Cannot ask for a token at https://169.254.169.254/token: it is a private address'),
      { requests: 1 },
    ],
  ])

  describeRows('a registry whose list is', { reference: 'oci://HOST/mychart' }, [
    ...notLists.map((body): Row => [
      JSON.stringify(body.slice(0, 20)),
      at('TAGS', sending(body)),
      noList('ERR_REGISTRY', 'the answer is not a list of tags'),
      { requests: 1 },
    ]),
    ...['{"tags":[1,null]}', `{"tags":${deep(100_000)}}`].map((body): Row => [
      `no text: ${body.slice(0, 12)}`,
      at('TAGS', sending(body)),
      all('ERR_NOT_FOUND Cannot read chart REF: there is no stable version; there are no tags at all'),
    ]),
    [
      'one of pages in a circle',
      linking(({ path }) => `?page=${path.endsWith('page=2') ? 3 : 2}`),
      noList('ERR_REGISTRY', INCOMPLETE),
    ],
    [
      'one of pages without end',
      linking(({ count }) => `?page=${count}`),
      { list: noList('ERR_REGISTRY', INCOMPLETE).list },
      { requests: 13 },
    ],
    [
      'one of pages on another host',
      linking(elsewhere),
      each(
        'ERR_UNSAFE_URL Cannot read the next page at http://ELSEWHERE/v2/mychart/tags/list?n=1000: it leaves http://HOST',
      ),
      // Our own `last`, and a list without `n`, were asked for too.
      { ...unasked, requests: 3 },
    ],
    [
      'one of 100,000 tags',
      tags(...many(100_000, (patch) => (patch === 7 ? '1.2.3' : `0.1.${patch}`))),
      { list: '100000 from 1.2.3', ...all(RIGHT) },
    ],
    [
      'one of 30,000 tags that are almost versions',
      tags('1.2.3', ...many(30_000, (tag) => `0.0.0-${'a-'.repeat(55)}.${tag}.`)),
      each(RIGHT),
    ],
    ['one of members of every object', tags('__proto__', 'constructor', '1.2.3', 'hasOwnProperty'), each(RIGHT)],
    [
      'one of numbers that Helm does not have',
      tags(`9.9.${'9'.repeat(60)}`, `9.${'9'.repeat(60)}.9`, '1.2.3'),
      each(RIGHT),
    ],
  ])
}

function describeProvenances(): void {
  describe('a registry whose manifest has two provenances', () => {
    it.each(['pull', 'inspect', 'file'] as const)('is refused, and not for want of a chart (%s)', async (facade) => {
      const outcome = await run(facade, chart({ layers: [prov('a'), prov('b')] }), { requests: 1 })

      expect(outcome).toMatch(/^ERR_UNSUPPORTED_ARTIFACT Cannot read chart REF: it is /)
      expect(outcome).not.toContain('without a chart')
    })
  })
}

function describeMovingTag(): void {
  describe('a registry whose tag moves between two calls', () => {
    it.each([
      ['pull', pullChart],
      ['inspect', inspectChart],
      ['file', (reference: string) => readChartFile(reference, 'values.yaml')],
    ] as const)('no longer has the digest that was noted (%s)', async (_, read) => {
      let hasMoved = false
      const { host } = await serve(
        chart(),
        at('MANIFEST', (exchange) => (hasMoved ? second : decently)(exchange)),
      )
      const { digest } = await inspectChart(`${host}/mychart:latest`)
      const reference = `${host}/mychart:latest@${digest}`

      expect((await read(reference)).digest).toBe(digest)
      hasMoved = true
      await expect(read(reference)).rejects.toMatchObject({
        code: 'ERR_CONTENT_MISMATCH',
        message: `Cannot read chart ${reference}: the tag latest stands for ${digestOf(TWO['MANIFEST'] as Buffer)}`,
        expected: digest,
      })
    })
  })
}

function describeConfigs(): void {
  describe('a config that has', () => {
    it.each<[what: string, json: string | Buffer, reason: string]>([
      ['lists nested 100,000 deep', withMembers(`"x":${deep(100_000)}`), DEEP],
      ['annotations nested 100,000 deep', withMembers(`"annotations":{"a":${deep(100_000)}}`), DEEP],
      ['objects nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, DEEP],
      ['brackets without end', '['.repeat(300_000), NOT_JSON],
      ['a version that is an object', METADATA.replace('"1.2.3"', '{}'), field('object', 'version', 'string')],
      ['keywords that are a text', withMembers('"keywords":"x"'), field('string', 'keywords', '[]string')],
      [
        'maintainers that are an object',
        withMembers('"maintainers":{}'),
        field('object', 'maintainers', '[]*chart.Maintainer'),
      ],
      [
        'a dependency that is a list',
        withMembers('"dependencies":[[]]'),
        field('array', 'dependencies', 'chart.Dependency'),
      ],
      [
        'a dependency that is null',
        withMembers('"dependencies":[null]'),
        'validation: dependencies must not contain empty or null nodes',
      ],
      ['a flag that is a text', withMembers('"deprecated":"yes"'), field('string', 'deprecated', 'bool')],
      [
        'a list in its place',
        '[]',
        'cannot load metadata: cannot unmarshal array into Go value of type chart.Metadata',
      ],
      ['null in its place', 'null', `${NAME} is required`],
      ['a blank in its place', ' ', NOT_JSON],
      ['a web page in its place', '<html>', NOT_JSON],
      ['what drives terminals in its place', `\u001b]0;evil\u0007${SIGNAL}{`, NOT_JSON],
      ['bytes that are not UTF-8', Buffer.from(METADATA.replace('mychart', 'mych\xffrt'), 'latin1'), NOT_JSON],
      ['UTF-16', Buffer.from(METADATA, 'utf16le'), NOT_JSON],
      ['a name that leads elsewhere', metadata('../x'), `${NAME} "../x" is invalid`],
      ['an absolute name', metadata('/x'), `${NAME} "/x" is invalid`],
      ['the name of the folder above', metadata('..'), `${NAME} ".." is not allowed`],
      ['a name with a slash', metadata('a/b'), `${NAME} "a/b" is invalid`],
      ['no name', metadata(''), `${NAME} is required`],
      ['a name of 200,000 slashes', metadata(`${'/'.repeat(200_000)}x`), `${NAME} …`],
      ['a version with slashes', metadata('mychart', '1.2.3/../../x'), `${VERSION} "1.2.3/../../x" is invalid`],
      ['a version of 400 KB', metadata('mychart', `1.2.3-${'1.'.repeat(200_000)}1`), `${VERSION} …`],
      ['no version', '{"name":"mychart","apiVersion":"v2"}', `${VERSION} is required`],
    ])('%s is refused', async (_, config, reason) => {
      const error = `ERR_INVALID_CHART Cannot read chart REF: ${reason}`
      expectOutcome(await run('pull', chart({ config })), error)
      expectOutcome(await run('inspect', chart({ config })), error)
      expect(await run('file', chart({ config }))).toBe(RIGHT)
    })

    it.each([
      ['5,000 keywords', { keywords: Array<string>(5000).fill('a') }, 'it has more than 5000 values'],
      ['a text of 600 KB', { description: 'x'.repeat(600_000) }, 'its values have more than 524288 characters'],
      ['a million lists', { x: Array<object>(500_000).fill([]) }, 'it has more than 400000 lines, keys and values'],
    ])('%s is more than is read', async (_, members, reason) => {
      const config = JSON.stringify({ ...(JSON.parse(METADATA) as object), ...members })
      const error = `ERR_LIMIT_EXCEEDED Cannot read chart REF: cannot load metadata: ${reason}`
      expectOutcome(await run('pull', chart({ config })), error)
      expectOutcome(await run('inspect', chart({ config })), error)
    })

    it.each([
      [
        'members that every object has',
        withMembers('"__proto__":{"type":"evil"},"constructor":{"prototype":{"x":1}}'),
        RIGHT,
      ],
      [
        'an annotation that every object has',
        withMembers('"annotations":{"__proto__":"x"}'),
        withMembers('"annotations":{"__proto__":"x"}'),
      ],
      ['two names, of which the last one counts', METADATA.replace('"name"', '"name":"evil","name"'), RIGHT],
      ['100,000 members', withMembers(many(100_000, (member) => `"m${member}":1`).join()), RIGHT],
    ])('%s is a config', async (_, config, inspected) => {
      expect(await run('pull', chart({ config }))).toBe(RIGHT)
      expect(await run('inspect', chart({ config }))).toBe(inspected)
      expect(Object.keys(Object.prototype)).toEqual([])
    })

    it.each([
      ['another', 'evil', 'evil'],
      ['a number', 1, '1'],
      ['one that drives terminals', `\u001b[2J${SIGNAL}`, '[2J31m'],
      ['one of 400 KB', 'x'.repeat(400_000), 'x…'],
    ])('%s for a name is refused', async (_, name, shown) => {
      const holds = chart({ config: metadata(name) })
      const artifact = shown.endsWith('…') ? shown : `${shown} 1.2.3, but its Chart.yaml is mychart 1.2.3`

      expectOutcome(await run('pull', holds), `${MISMATCH} chart REF: the artifact is ${artifact}`)
      expectOutcome(await run('inspect', holds), `${MISMATCH} chart REF: its name is ${shown}`)
    })
  })
}

function describeMetadataLayers(part: Part): void {
  const small: readonly (readonly [what: string, fields: object])[] = [
    ['4,000 annotations', { annotations: Object.fromEntries(many(4000, (at) => [`${at}`, `${at}`])) }],
    [
      'what means something to YAML',
      { annotations: { '? a': '- b', '<<': '*x', 'a: b': 'c #d', '!!x': '&y', '': '"' } },
    ],
  ]
  const large: typeof small = [
    ['a text of 500 KB', { appVersion: '0'.repeat(500_000) }],
    ['500 KB of words', { description: 'a '.repeat(250_000) }],
    ['500 KB of lines', { description: '- a: #\n'.repeat(70_000) }],
    ['a key of 500 KB', { annotations: { ['k'.repeat(500_000)]: '' } }],
  ]

  describe('a metadata layer that has', () => {
    it.each(part === 'each once' ? small : large)('%s becomes a Chart.yaml that says the same', async (_, fields) => {
      const json = JSON.stringify({ apiVersion: 'v2', ...fields })
      const holds = split({ 'chart.name': 'mychart', 'chart.version': '1.2.3' }, { 'values.yaml': '' }, json)
      const reference = `oci://${(await serve(holds, decently)).host}/mychart:1.2.3`
      const destination = await makeFolder()

      const { metadata: inspected } = await inspectChart(reference)
      const { path = '' } = await pullChart(reference, { destination, untar: true })

      expect(JSON.stringify((await readChart(path)).metadata)).toBe(JSON.stringify(inspected))
      expect(Object.keys(inspected)).toEqual(expect.arrayContaining(Object.keys(fields)))
    })
  })
}

const VALUES = { 'values.yaml': FILES['values.yaml'] }
const noFolder = (name: string): string =>
  `Cannot pack chart ${JSON.stringify(name)}: its name cannot be that of a folder`
const LONG = 'x'.repeat(250)
const LONG_VERSION = `1.2.3-${'x'.repeat(245)}`

/** Names and versions, with their outcomes: as a folder, and, where it differs, as an archive. */
const named: readonly (readonly [name: string, version: string, folder: string, archive?: string])[] = [
  ['..', '1.2.3', `${NAME} ".." is not allowed`],
  ['.', '1.2.3', `${NAME} "." is not allowed`],
  ['', '1.2.3', `${NAME} is required`],
  ['a/b', '1.2.3', `${NAME} "a/b" is invalid`],
  ['../x', '1.2.3', `${NAME} "../x" is invalid`],
  ['/', '1.2.3', noFolder('/')],
  ['a\\b', '1.2.3', noFolder('a\\b')],
  ['..x', '1.2.3', noFolder('..x')],
  ['C:x', '1.2.3', noFolder('C:x')],
  ['x'.repeat(300), '1.2.3', noFolder('x'.repeat(300))],
  ['mychart', '1.2.3/../../x', `${VERSION} "1.2.3/../../x" is invalid`],
  ['mychart', '', `${VERSION} is required`],
  // The first two are escaped: no path, and no control characters.
  ['x\u0000y', '1.2.3', 'xy xy/Chart.yaml xy/values.yaml', 'xy-1.2.3.tgz'],
  ['\u001b[2J', '1.2.3', '[2J [2J/Chart.yaml [2J/values.yaml', '[2J-1.2.3.tgz'],
  ['-', '1.2.3', '- -/Chart.yaml -/values.yaml', '--1.2.3.tgz'],
  // A folder can have this name, but a file with the version appended cannot.
  [LONG, '1.2.3', `${LONG} ${LONG}/Chart.yaml ${LONG}/values.yaml`, 'Cannot …'],
  ['mychart', LONG_VERSION, 'mychart mychart/Chart.yaml mychart/values.yaml', 'Cannot …'],
]

function describeSplitCharts(): void {
  describe('a split chart that is called', () => {
    const reference = 'HOST/mychart:latest'

    const cases = named.map(([name, version, folder, archive = folder]) => [name, version, folder, archive] as const)

    it.each(cases)('%j, of version %j', async (name, version, folder, archive) => {
      const holds = split({ 'chart.name': name, 'chart.version': version }, VALUES, '{"apiVersion":"v2"}')
      const translateError = (outcome: string): string => {
        if (outcome.startsWith('Cannot')) return `ERR_INVALID_CHART ${outcome}`
        return outcome.startsWith('validation') ? `ERR_INVALID_CHART Cannot read chart REF: ${outcome}` : outcome
      }

      expectOutcome(await run('pull', holds, { reference }), translateError(folder))
      expectOutcome(await run('pull', holds, { reference, options: { untar: false } }), translateError(archive))
    })

    it('something long that drives terminals, where its Chart.yaml calls it otherwise', async () => {
      const holds = split({ 'chart.name': `\u001b[2J${SIGNAL}`, 'chart.version': 'x'.repeat(MEBIBYTE) }, FILES)

      expectOutcome(await run('pull', holds, { reference }), `${MISMATCH} chart REF: the artifact is …`)
    })
  })
}
