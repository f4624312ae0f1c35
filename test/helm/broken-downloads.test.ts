/** Pulls over connections that break at random bytes, and pulls of wrong bytes: the same chart, or nothing. */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { buildManifest, bytesContent, ContentMismatchError, digestOf, pullChart, readContent } from '../../src/index.js'
import { catchError } from '../support/catch-error.js'
import { CHART_YAML, makeArchive, makeFolder } from '../support/make-chart.js'
import { makeRandom } from '../support/make-random.js'
import { roundsOf, SEEDS } from '../support/seeds.js'
import { serveHttp } from '../support/serve-http.js'
import { skipWaiting } from '../support/skip-waiting.js'

beforeEach(skipWaiting)

const PULLS = 25
const CORRUPTIONS = 10

const below = (random: () => number, limit: number): number => Math.floor(random() * limit)
const noise = makeRandom(0)

const FILES: Readonly<Record<string, Buffer>> = {
  'Chart.yaml': Buffer.from(CHART_YAML),
  'values.yaml': Buffer.from('replicas: 2\n'),
  // Bytes that do not compress, so that the layer is long enough to break.
  'files/noise': Buffer.from(Array.from({ length: 200_000 }, () => below(noise, 256))),
}
const archive = makeArchive(Object.entries(FILES).map(([path, text]) => ({ name: `mychart/${path}`, text })))
const description = 'A chart whose config is long enough to break in the middle. '.repeat(50)
const metadata = JSON.stringify({ name: 'mychart', version: '1.2.3', apiVersion: 'v2', description })
const blobs = {
  config: bytesContent(Buffer.from(metadata), { mediaType: 'application/vnd.cncf.helm.config.v1+json' }),
  layer: bytesContent(archive, { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' }),
}
const bytes = { config: Buffer.from(metadata), layer: archive }
const manifest = await readContent(buildManifest({ config: blobs.config, layers: [blobs.layer] }))

type Blob = keyof typeof blobs

/** How registries answer a request for a part. */
const WAYS = ['gives parts', 'knows no parts', 'gives other parts', 'refuses parts'] as const

/** What happens to one of the blobs. */
interface Plan {
  readonly blob: Blob
  /** Where the connections break, one after the other; the last one does not. */
  readonly cuts: readonly number[]
  readonly way: (typeof WAYS)[number]
  /** The byte that is wrong, whenever it is sent. */
  readonly wrong?: number
}

function makePlan(random: () => number, count: number, breaks: number): Plan {
  const blob = random() < 0.7 ? 'layer' : 'config'
  const cuts = Array.from({ length: breaks }, () => below(random, bytes[blob].length)).toSorted((a, b) => a - b)
  return { blob, cuts, way: WAYS[count % WAYS.length] as Plan['way'] }
}

/** Serves the chart, whose blob breaks as planned. */
async function serve({ blob, cuts, way, wrong }: Plan) {
  const sent = Buffer.from(bytes[blob])
  if (wrong !== undefined) sent[wrong] = (sent[wrong] as number) ^ (1 << (wrong % 8))
  const left = [...cuts]

  const sendFrom = (start: number, response: ServerResponse): void => {
    response.setHeader('content-length', sent.length - start)
    const cut = left.shift()
    if (cut === undefined) return void response.end(sent.subarray(start))
    // Bytes that come together with the end of the connection may be lost.
    response.write(sent.subarray(start, Math.max(start, cut)), () => setTimeout(() => response.destroy(), 5))
    response.flushHeaders()
  }
  const server = await serveHttp(({ path, headers: { range } }, response) => {
    if (path.includes('/manifests/')) {
      return response.writeHead(200, { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end(manifest)
    }
    const other = blob === 'layer' ? 'config' : 'layer'
    if (path.endsWith(blobs[other].descriptor.digest)) return response.end(bytes[other])
    const start = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    if (start === 0 || way === 'knows no parts') return sendFrom(0, response)
    if (way === 'refuses parts') return response.writeHead(416).end()
    const first = way === 'gives parts' ? start : start - 1
    response.statusCode = 206
    response.setHeader('content-range', `bytes ${first}-${sent.length - 1}/${sent.length}`)
    return sendFrom(first, response)
  })
  const asked = (): number => server.requests.filter(({ path }) => path.endsWith(blobs[blob].descriptor.digest)).length
  return { reference: `oci://${server.host}/mychart:1.2.3`, asked }
}

type Digests = Readonly<Record<string, string>>

const digestAll = (files: readonly (readonly [path: string, bytes: Uint8Array])[]): Digests =>
  Object.fromEntries(files.map(([path, content]) => [path, digestOf(content)]))

/** The files of a folder. */
async function readTree(folder: string): Promise<Digests> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return digestAll(
    await Promise.all(paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const)),
  )
}

async function makeDestination(): Promise<{ readonly folder: string; readonly destination: string }> {
  const folder = await makeFolder()
  const destination = join(folder, 'destination')
  await mkdir(destination)
  return { folder, destination }
}

const plans = SEEDS.flatMap((seed) => {
  const random = makeRandom(seed)
  return Array.from(
    { length: roundsOf(PULLS) },
    (_, count) => [seed, count + 1, makePlan(random, count, 1 + below(random, 3))] as const,
  )
})
const corruptions = SEEDS.flatMap((seed) => {
  const random = makeRandom(seed)
  return Array.from({ length: roundsOf(CORRUPTIONS) }, (_, count) => {
    const plan = makePlan(random, count, count % 3)
    return [seed, count + 1, { ...plan, wrong: below(random, bytes[plan.blob].length) }] as const
  })
})

describe('a pull over connections that break', () => {
  it.each(plans)('writes the same chart: SEED=%i, %i, %j', async (_, count, plan) => {
    const { reference, asked } = await serve(plan)
    const { destination } = await makeDestination()
    const isUnpacked = count % 2 === 0

    const pulled = await pullChart(reference, isUnpacked ? { destination, untar: true } : {})

    expect(pulled.archive.descriptor.digest).toBe(digestOf(archive))
    expect(Buffer.from(await readContent(pulled.archive)).equals(archive)).toBe(true)
    expect(digestAll(pulled.chart.files.map(({ path, bytes: content }) => [path, content]))).toEqual(
      digestAll(Object.entries(FILES)),
    )
    const unpacked = Object.entries(FILES).map(([path, content]) => [`mychart/${path}`, content] as const)
    expect(await readTree(destination)).toEqual(isUnpacked ? digestAll(unpacked) : {})
    expect(asked()).toBeGreaterThan(plan.cuts.length)
  })
})

describe('a pull with a wrong byte', () => {
  it.each(corruptions)('fails and writes nothing: SEED=%i, %i, %j', async (_, count, plan) => {
    const { reference, asked } = await serve(plan)
    const { folder, destination } = await makeDestination()

    const error = await catchError(() => pullChart(reference, { destination, untar: count % 2 === 0 }))

    expect(error).toBeInstanceOf(ContentMismatchError)
    const { digest } = blobs[plan.blob].descriptor
    expect(error.message).toMatch(new RegExp(`^Cannot read ${digest}: the bytes have digest sha256:[0-9a-f]{64}$`))
    expect(await readdir(folder, { recursive: true })).toEqual(['destination'])
    expect(asked()).toBeGreaterThan(plan.cuts.length)
  })
})
