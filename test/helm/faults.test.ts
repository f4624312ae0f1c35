/** Pushes through everything that goes wrong at random: the right state in the registry, or an error that says why not. */
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

let random = makeRandom(0)
const below = (limit: number): number => Math.floor(random() * limit)
const credentials = { username: 'robot', password: 's3cret' }

/** How many of a hundred requests meet a fault. */
const RATES = [0, 3, 10, 30, 90]
const rateOf = new Map<string, number>()
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
const BREAKS: Readonly<Record<string, () => Fault>> = {
  'breaks within a body': () => ({ side: 'request', after: below(50_000) }),
  'breaks within an answer': () => ({ side: 'answer', after: 1 + below(300) }),
  'loses an answer': () => ({ side: 'answer', after: 0 }),
}

/** Chooses what happens to a request, if anything does. */
function choose<T>(path: string, kinds: Readonly<Record<string, T>>): T | undefined {
  // Tokens are for all repositories: they fail as often as the current push does.
  const name = /^\/v2\/([^/]+)\//.exec(path)?.[1] ?? 'token'
  if (below(200) >= (rateOf.get(name) ?? 0)) return undefined
  const [kind, fault] = Object.entries(kinds)[below(Object.keys(kinds).length)] as [string, T]
  faults.set(kind, (faults.get(kind) ?? 0) + 1)
  return fault
}

/** A chart with a file that does not get smaller, so that there is something to break off. */
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
    intercept: ({ path, headers }) => choose(path, ANSWERS)?.(headers['host'] ?? ''),
  })
  proxy = await startFaultyProxy(registry.port, (head) => choose(head.split(' ')[1] ?? '', BREAKS)?.())
})
afterAll(async () => {
  await proxy.close()
  await registry.close()
})

describe('a push through random faults', () => {
  const outcomes = { pushed: 0, failed: 0 }
  const rounds = SEEDS.flatMap((seed) => Array.from({ length: roundsOf(ROUNDS) }, (_, round) => [seed, round] as const))

  it.each(rounds)(
    // Which request draws which number is up to the order in which requests come.
    'stores all or says why not: SEED=%i, round %i',
    async (seed, round) => {
      random = makeRandom(seed + round)
      for (let count = 1; count <= ROUND; count++) {
        const name = `s${seed}r${round}c${count}`
        const rate = RATES[count % RATES.length] as number
        rateOf.set(name, rate).set('token', rate)
        const chart = await makeChart(Buffer.from(Array.from({ length: below(100_000) }, () => below(256))))
        const retry: RetryOptions = { clock: makeClock(), random }
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
    },
  )

  it('met every fault, and mostly came through', () => {
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
