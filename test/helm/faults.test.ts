/** Pushes through random faults: the right state in the registry, or an error that says why not. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Chart,
  copy,
  createChart,
  OciError,
  type OciEvent,
  pushChart,
  Repository,
  type RetryOptions,
} from '../../src/index.js'
import { type Answer, startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { catchError } from '../support/catch-error.js'
import { makeArtifact } from '../support/make-artifact.js'
import { makeClock } from '../support/make-clock.js'
import { makeRandom } from '../support/make-random.js'
import { roundsOf, SEEDS } from '../support/seeds.js'
import { type Fault, type FaultyProxy, startFaultyProxy } from '../support/start-faulty-proxy.js'

/** How many pushes a test makes. */
const ROUND = 50
const ROUNDS = 2

/** Draws a whole number from 0 up to a limit. */
type Draw = (limit: number) => number
const makeDraw = (seed: number): Draw => {
  const random = makeRandom(seed)
  return (limit) => Math.floor(random() * limit)
}
const credentials = { username: 'robot', password: 's3cret' }

/** The percentages of requests that meet a fault; each push takes the next one. */
const RATES = [0, 3, 10, 30, 90]
/** The current push: its repository, and how many of 200 requests meet a fault on the way, and as many at their end. */
let current = { name: '', rate: 0, seed: 0, round: 0 }
/** How often each of its requests was made, by the place that saw it. */
const attempts = new Map<string, number>()
/** How many faults of each kind there were. */
const faults = new Map<string, number>()

const ANSWERS: Readonly<Record<string, (host: string) => Answer | { reset: true }>> = {
  'answers 503': () => ({ status: 503, headers: { 'Retry-After': '1' } }),
  'answers 429': () => ({ status: 429, headers: { 'Retry-After': '3' }, body: 'toomanyrequests: slow down' }),
  'answers 500': () => ({ status: 500, body: '{"errors":[{"code":"UNKNOWN","message":"unknown error"}]}' }),
  'answers 502 with a page': () => ({ status: 502, headers: { 'Content-Type': 'text/html' }, body: '<h1>Bad</h1>' }),
  'answers that the quota is used up': () => ({ status: 429, headers: { 'RateLimit-Remaining': '0;w=21600' } }),
  'resets the connection': () => ({ reset: true }),
  'does not take the token any more': (host) => ({
    status: 401,
    headers: {
      'WWW-Authenticate': `Bearer realm="http://${host}/token",service="oras-helm-testing",error="invalid_token"`,
    },
  }),
}
const BREAKS: Readonly<Record<string, (draw: Draw) => Fault>> = {
  'breaks within a body': (draw) => ({ side: 'request', after: draw(50_000) }),
  'breaks within an answer': (draw) => ({ side: 'answer', after: 1 + draw(300) }),
  'loses an answer': () => ({ side: 'answer', after: 0 }),
}

/**
 * Chooses the fault of a request, if any. It depends on the request and on how often it was made, and not on the order of
 * requests: a seed has the same faults in every run.
 */
function choose<T>(
  method: string,
  path: string,
  kinds: Readonly<Record<string, T>>,
): [fault: T, draw: Draw] | undefined {
  // Tokens are for all repositories, and the names of upload sessions are random.
  const asked = path.replace(/(?<=\/blobs\/uploads\/)[^/?]+/, 'SESSION')
  const place = `${kinds === BREAKS ? 'on the way' : 'at its end'} ${method} ${asked}`
  const attempt = (attempts.get(place) ?? 0) + 1
  attempts.set(place, attempt)
  const { name, rate, seed, round } = current
  const hash = createHash('sha256').update(JSON.stringify([seed, round, name, place, attempt]))
  const draw = makeDraw(hash.digest().readInt32LE())
  if (draw(200) >= rate) return undefined
  const [kind, fault] = Object.entries(kinds)[draw(Object.keys(kinds).length)] as [string, T]
  faults.set(kind, (faults.get(kind) ?? 0) + 1)
  return [fault, draw]
}

/** A chart with a file that does not compress, so that its transfer can break off. */
const makeChart = (noise: Uint8Array): Promise<Chart> =>
  createChart([
    { path: 'Chart.yaml', bytes: Buffer.from('apiVersion: v2\nname: mychart\nversion: 1.2.3\n') },
    { path: 'files/noise', bytes: noise },
  ])

let registry: TestRegistry
let proxy: FaultyProxy
beforeAll(async () => {
  registry = await startRegistry({
    auth: { scheme: 'bearer', ...credentials },
    intercept: ({ method, path, headers }) => choose(method, path, ANSWERS)?.[0](headers['host'] ?? ''),
  })
  proxy = await startFaultyProxy(registry.port, (head) => {
    const [method = '', path = ''] = head.split(' ')
    const [makeFault, draw] = choose(method, path, BREAKS) ?? []
    return draw && makeFault?.(draw)
  })
})
afterAll(async () => {
  await proxy.close()
  await registry.close()
})

describe('a push through random faults', () => {
  const outcomes = { pushed: 0, failed: 0 }
  const rounds = SEEDS.flatMap((seed) => Array.from({ length: roundsOf(ROUNDS) }, (_, round) => [seed, round] as const))

  it.each(rounds)('stores everything, or rejects with the reason: SEED=%i, round %i', async (seed, round) => {
    const draw = makeDraw(seed + round)
    for (let count = 1; count <= ROUND; count++) {
      const name = `s${seed}r${round}c${count}`
      const rate = RATES[count % RATES.length] as number
      current = { name, rate, seed, round }
      attempts.clear()
      const chart = await makeChart(Buffer.from(Array.from({ length: draw(100_000) }, () => draw(256))))
      // Waiting takes no time; and how long a request waits would depend on the order of requests.
      const retry: RetryOptions = { clock: makeClock(), random: () => 0.5 }
      const format = count % 2 === 0 ? 'helm' : 'split'
      const options = { format, credentials, retry } as const
      const planned = await pushChart(chart, `${proxy.host}/${name}:v1`, { ...options, dryRun: true })

      const result = await pushChart(chart, `${proxy.host}/${name}:v1`, options).catch((error: unknown) => error)

      const tags = registry.tags(name)
      if (result instanceof Error) {
        expect(result).toBeInstanceOf(OciError)
        outcomes.failed++
        // The answer to the last request of all may have been lost each time.
        if (tags['v1'] === undefined) continue
      } else outcomes.pushed++
      expect(tags).toEqual({ v1: planned.digest })
      expect(registry.manifests(name)).toEqual([planned.digest])
      const blobs = new Set([planned.config, ...planned.layers].map(({ digest }) => digest))
      expect(registry.blobs(name)).toEqual([...blobs].toSorted())
      if (rate === 0) expect(result).toMatchObject({ status: 'pushed' })
    }
  })

  it('met every fault, and most pushes succeeded', () => {
    expect([...faults.keys()].toSorted()).toEqual([...Object.keys(ANSWERS), ...Object.keys(BREAKS)].toSorted())
    expect(outcomes.pushed).toBeGreaterThan(outcomes.failed)
    expect(outcomes.failed).toBeGreaterThan(0)
  })
})

describe('a registry that always answers 503', () => {
  const BUSY: Answer = { status: 503 }

  it('gets one request and three retries of it', async () => {
    const busy = await startRegistry({ intercept: () => BUSY })
    try {
      const chart = await makeChart(Buffer.from('noise'))

      await catchError(() => pushChart(chart, `${busy.host}/a:v1`, { retry: { clock: makeClock() } }))

      expect(busy.requests).toHaveLength(4)
    } finally {
      await busy.close()
    }
  })

  it('gets ten retries for all of many blobs', async () => {
    const busy = await startRegistry({ intercept: ({ path }) => (path.includes('/blobs/') ? BUSY : undefined) })
    try {
      let retries = 0
      const onEvent = ({ type }: OciEvent): void => void (type === 'retry' && retries++)
      const { manifest, source } = makeArtifact(...Array.from({ length: 50 }, () => 10))
      const target = new Repository(`${busy.host}/a`, {
        access: 'push',
        retry: { clock: makeClock(), retries: 100, deadline: 1e9 },
        onEvent,
      })

      await catchError(() => copy(source, manifest.descriptor, target, { tags: ['v1'], concurrency: 10 }))

      expect(retries).toBe(10)
    } finally {
      await busy.close()
    }
  })
})
