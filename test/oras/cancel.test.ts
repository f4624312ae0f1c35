/** A call ends at once when its signal aborts, with the reason of the signal, whatever it is waiting for. */
import { writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { copy } from '../../src/oras/graph/copy.js'
import { fileContent } from '../../src/oras/store/file-content.js'
import { MemoryStore } from '../../src/oras/store/memory-store.js'
import type { Target } from '../../src/oras/store/target.js'
import { loginRegistry } from '../../src/oras/login-registry.js'
import { checkedContent, type Content, describeContent, readContent } from '../../src/oras/oci/content.js'
import { Repository, type RepositoryOptions } from '../../src/oras/registry/repository.js'
import { type InterceptedRequest, startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { catchError } from '../support/catch-error.js'
import { nextTurn, untilIdle } from '../support/event-loop.js'
import { makeArtifact, randomContent } from '../support/make-artifact.js'
import { makeFolder } from '../support/make-folder.js'
import { makePipe } from '../support/make-pipe.js'
import { serveProxy } from '../support/serve-proxy.js'
import { serveRaw } from '../support/serve-raw.js'
import { skipWaiting } from '../support/skip-waiting.js'

const reason = new Error('enough')
const never = new Promise<never>(() => {})
const blob = randomContent(1000)
const PARTIAL = 'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{'

/** What a server writes for each request, by its number: an incomplete answer. */
type Answer = (url: string, count: number) => string

const after401 =
  (text: string): Answer =>
  (url, count) =>
    count === 1 ? `HTTP/1.1 401 No\r\nContent-Length: 0\r\nWWW-Authenticate: Bearer realm="${url}/token"\r\n\r\n` : text

type Call = (repository: Repository, signal: AbortSignal) => Promise<unknown>
const resolve: Call = (repository, signal) => repository.resolve('v1', { signal })
const fetchManifest: Call = (repository, signal) => repository.fetchManifest('v1', { signal })
const readBlob: Call = (repository, signal) => readContent(repository.get(blob.descriptor), { signal })
const listTags: Call = async (repository, signal) => {
  for await (const _ of repository.tags({ signal })) continue
}

/** Starts a call, waits until nothing happens any more, and cancels it: no timer ever goes off. */
async function cancel(call: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> {
  const controller = new AbortController()
  let isOver = false
  const ended = catchError(() => call(controller.signal)).finally(() => (isOver = true))
  await untilIdle()
  expect(isOver).toBe(false)
  controller.abort(reason)
  return ended
}

describe('a call that is cancelled while it waits', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
  })

  it.each<[what: string, answer: Answer, call: Call]>([
    ['for an answer', () => '', resolve],
    ['for the end of the headers', () => 'HTTP/1.1 200 OK\r\nContent-Le', resolve],
    ['for the body of an error', () => `HTTP/1.1 500 No\r\n${PARTIAL}`, fetchManifest],
    ['for the body of a refusal', () => `HTTP/1.1 403 No\r\n${PARTIAL}`, fetchManifest],
    ['for the body of a 404', () => `HTTP/1.1 404 No\r\n${PARTIAL}`, fetchManifest],
    ['for the body of a quota', () => `HTTP/1.1 429 No\r\n${PARTIAL}`, fetchManifest],
    [
      'for the body of a challenge',
      (url) => `HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm="${url}/token"\r\n${PARTIAL}`,
      fetchManifest,
    ],
    ['for the body of a redirect', () => `HTTP/1.1 307 Go\r\nLocation: /elsewhere\r\n${PARTIAL}`, fetchManifest],
    ['for a token server', after401(''), resolve],
    ['for the body of a token', after401(`HTTP/1.1 200 OK\r\n${PARTIAL}`), resolve],
    ['for the refusal of a token server', after401(`HTTP/1.1 403 No\r\n${PARTIAL}`), resolve],
    ['for the body of a manifest', () => `HTTP/1.1 200 OK\r\n${PARTIAL}`, fetchManifest],
    ['for the body of a blob', () => `HTTP/1.1 200 OK\r\n${PARTIAL}`, readBlob],
    ['for a page of tags', () => `HTTP/1.1 200 OK\r\n${PARTIAL}`, listTags],
    [
      'for the time to try again',
      () => 'HTTP/1.1 503 Later\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n',
      fetchManifest,
    ],
  ])('%s', async (_, answer, call) => {
    const server = await serveRaw((socket, count) => void socket.write(answer(server.url, count)))
    const repository = new Repository(`${server.host}/a`, { credentials: { username: 'me', password: 's3cret' } })

    expect(await cancel((signal) => call(repository, signal))).toBe(reason)
  })

  it('for a mirror', async () => {
    const server = await serveRaw(() => {})
    const mirrors = [{ registry: 'registry.example', mirror: server.host }]

    expect(await cancel((signal) => fetchManifest(new Repository('registry.example/a', { mirrors }), signal))).toBe(
      reason,
    )
    expect(server.heads).toHaveLength(1)
  })

  it.each(['', 'HTTP/1.1 200 OK\r\nX-'])('for a proxy that answers %j to CONNECT', async (text) => {
    const proxy = await serveProxy({ onConnect: (socket) => (socket as Socket).write(text) })
    const repository = new Repository('registry.example/a', { proxy: `http://${proxy.host}`, retry: false })

    expect(await cancel((signal) => resolve(repository, signal))).toBe(reason)
  })

  it('for a function that finds credentials, and for a token that another request has asked for', async () => {
    const server = await serveRaw((socket, count) => void socket.write(after401('')(server.url, count)))
    const deaf = new Repository(`${server.host}/a`, { credentials: () => never })
    expect(await cancel((signal) => resolve(deaf, signal))).toBe(reason)

    const shared = await serveRaw((socket, count) => void socket.write(after401('')(shared.url, count)))
    const repository = new Repository(`${shared.host}/a`, { credentials: 'anonymous' })
    const neighbour = new AbortController()
    const asking = catchError(() => resolve(repository, neighbour.signal))
    await untilIdle()
    expect(await cancel((signal) => resolve(repository, signal))).toBe(reason)
    neighbour.abort()
    expect((await asking).name).toBe('AbortError')
  })

  it('for a fetch, or the body of its answer, that ignores its signal', async () => {
    const body: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => never }) }
    const answers = [never, Promise.resolve({ status: 200, headers: new Headers(), body })]
    for (const answer of answers) {
      const repository = new Repository('localhost/a', { fetch: () => answer })
      expect(await cancel((signal) => readBlob(repository, signal))).toBe(reason)
    }
  })

  it('for a content whose source ignores its signal', async () => {
    const open = async function* (): AsyncGenerator<Uint8Array> {
      yield await never
    }

    expect(await cancel((signal) => readContent(checkedContent(blob.descriptor, open), { signal }))).toBe(reason)
    expect(await cancel((signal) => describeContent(open, { mediaType: 'a/b', signal }))).toBe(reason)
  })

  it('for a pipe without a writer', async ({ skip }) => {
    const pipe = join(await makeFolder(), 'pipe')
    makePipe(pipe, skip)
    const controller = new AbortController()

    const reading = catchError(() => fileContent(pipe, { mediaType: 'a/b', signal: controller.signal }))
    await nextTurn()
    controller.abort(reason)

    expect(await reading).toBe(reason)
    // Releases what still opens the pipe.
    await writeFile(pipe, '')
  })
})

describe('a call that has failed, and is cancelled while it tidies up', () => {
  let registry: TestRegistry
  const open = (options: RepositoryOptions = {}): Repository =>
    new Repository(`${registry.host}/a`, { access: 'push', retry: false, credentials: 'anonymous', ...options })
  const start = async (intercept: (request: InterceptedRequest) => unknown): Promise<void> => {
    registry = await startRegistry({ intercept: intercept as never })
    onTestFinished(() => registry.close())
  }
  beforeEach(skipWaiting)

  it.each<[what: string, push: (signal: AbortSignal) => Promise<unknown>]>([
    ['put()', (signal) => open().put(randomContent(10), { signal })],
    ['put() of a large blob', (signal) => open().put(randomContent(3_000_000), { signal })],
    [
      'copy()',
      (signal) => {
        const { manifest, source } = makeArtifact(1_000_000, 5_000_000, 30)
        return copy(source, manifest.descriptor, open(), { tags: ['v1'], signal })
      },
    ],
  ])('%s rejects within 100 ms with the reason', async (_, push) => {
    const controller = new AbortController()
    let cancelled = NaN
    await start(async ({ method }) => {
      if (method === 'PUT') return { status: 400 }
      if (method !== 'DELETE') return undefined
      setTimeout(() => {
        cancelled = performance.now()
        controller.abort(reason)
      }, 1000)
      return never
    })

    expect(await catchError(() => push(controller.signal))).toBe(reason)
    expect(performance.now() - cancelled).toBeLessThan(100)
  })

  it('takes five seconds at most if it is not cancelled, and tells why it failed', async () => {
    await start(async ({ method }) => (method === 'PUT' ? { status: 400 } : method === 'DELETE' ? never : undefined))
    const begin = performance.now()

    expect((await catchError(() => open().put(randomContent(10)))).code).toBe('ERR_REGISTRY')
    expect(performance.now() - begin).toBeLessThan(5100)
  })

  it('opens no further session for a mount once it is cancelled', async () => {
    const controller = new AbortController()
    await start(({ method }) => {
      if (method === 'POST') queueMicrotask(() => controller.abort(reason))
      return undefined
    })

    const mountFrom = ['b', 'c', 'd']
    expect(await catchError(() => open().put(randomContent(10), { mountFrom, signal: controller.signal }))).toBe(reason)

    expect(registry.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(registry.openSessions).toBe(0)
  })

  it('does not wait for a target that ignores its signal', async () => {
    const controller = new AbortController()
    const { manifest, source } = makeArtifact(10)
    const deaf: Target = Object.assign(new MemoryStore(), { put: () => never, resolve: async () => undefined })
    let cancelled = NaN
    setTimeout(() => {
      cancelled = performance.now()
      controller.abort(reason)
    }, 1000)

    expect(
      await catchError(() => copy(source, manifest.descriptor, deaf, { tags: ['v1'], signal: controller.signal })),
    ).toBe(reason)
    expect(performance.now() - cancelled).toBeLessThan(100)
  })
})

describe('a call that is cancelled before it begins', () => {
  it('rejects with the reason, and sends nothing', async () => {
    const server = await serveRaw(() => {})
    const repository = new Repository(`${server.host}/a`)
    const { manifest, blobs, source } = makeArtifact(10, 100_000)
    const { descriptor } = manifest
    const signal = AbortSignal.abort(reason)
    const login = { username: 'me', password: 's3cret' }
    const calls: readonly (() => Promise<unknown>)[] = [
      () => repository.has(blob.descriptor, { signal }),
      () => repository.has(descriptor, { signal }),
      () => repository.put(blob, { signal }),
      () => repository.put(manifest, { signal }),
      () => repository.putTagged(manifest, ['v1'], { signal }),
      () => repository.tag(descriptor, 'v1', { signal }),
      () => resolve(repository, signal),
      () => fetchManifest(repository, signal),
      () => readBlob(repository, signal),
      () => readContent(repository.get(descriptor), { signal }),
      () => listTags(repository, signal),
      () => copy(source, descriptor, repository, { tags: ['v1'], signal }),
      () => copy(source, (blobs[1] as Content).descriptor, repository, { signal }),
      () => copy(repository, 'v1', new MemoryStore(), { signal }),
      () => loginRegistry(server.host, login, { path: 'config.json', signal }),
    ]

    for (const call of calls) expect(await catchError(call)).toBe(reason)

    await nextTurn()
    expect(server.connections).toBe(0)
  })
})
