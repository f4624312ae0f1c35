import type { Socket } from 'node:net'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { NetworkError, RegistryError } from '../../../../src/oras/errors/oci-error.js'
import type { OciEvent } from '../../../../src/oras/events.js'
import { readContent } from '../../../../src/oras/oci/content.js'
import type { Fetch } from '../../../../src/oras/http/fetch.js'
import { Repository, type RepositoryOptions } from '../../../../src/oras/registry/repository.js'
import type { RetryOptions } from '../../../../src/oras/http/retry/retry-policy.js'
import {
  type Answer,
  startRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../../src/testing/index.js'
import { copy } from '../../../../src/oras/graph/copy.js'
import { catchError } from '../../../support/catch-error.js'
import { makeArtifact, randomContent } from '../../../support/make-artifact.js'
import { makeClock } from '../../../support/make-clock.js'
import { serveRaw } from '../../../support/serve-raw.js'
import { skipWaiting } from '../../../support/skip-waiting.js'

const globalFetch: Fetch = (url, init) => fetch(url, init as RequestInit)
const BUSY: Answer = { status: 503 }

async function start(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(() => registry.close())
  return registry
}

/** Answers the first requests with these answers, and later ones as the registry would. */
function first(...answers: readonly (Answer | { reset: true })[]): TestRegistryOptions {
  const left = [...answers]
  return { intercept: () => left.shift() }
}

/** Opens a repository with a policy whose waits have the longest allowed time, but end at once. */
function open(registry: { host: string }, retry: RetryOptions = {}, options: RepositoryOptions = {}) {
  const clock = makeClock()
  const events: OciEvent[] = []
  const repository = new Repository(`${registry.host}/a`, {
    retry: { random: () => 1, clock, ...retry },
    onEvent: (event) => void (event.type === 'retry' && events.push(event)),
    ...options,
  })
  return { repository, slept: clock.slept, events }
}

describe('retrying(): answers', () => {
  it.each([408, 429, 500, 502, 503, 504])('sends a request again after a %i', async (status) => {
    const registry = await start(first({ status }, { status }))
    const { repository, slept, events } = open(registry)

    expect(await repository.resolve('v1')).toBeUndefined()

    expect(registry.requests.map((request) => request.status)).toEqual([status, status, 404])
    expect(slept).toEqual([300, 600])
    const url = `${registry.url}/v2/a/manifests/v1`
    expect(events).toEqual([
      { type: 'retry', method: 'HEAD', url, attempt: 1, delay: 300, reason: `HTTP ${status}` },
      { type: 'retry', method: 'HEAD', url, attempt: 2, delay: 600, reason: `HTTP ${status}` },
    ])
  })

  it.each([400, 401, 403, 405, 410, 416, 501, 505])('reports a %i at once', async (status) => {
    const registry = await start({ intercept: () => ({ status }) })
    const { repository, slept } = open(registry)

    await catchError(() => repository.resolve('v1'))

    expect(slept).toEqual([])
  })

  it('gives up after so many retries, with the answer', async () => {
    const registry = await start({ intercept: () => ({ status: 503, body: '{"message":"maintenance"}' }) })
    const { repository, slept } = open(registry, { retries: 5, maxDelay: 2000 })

    const error = await catchError(() => repository.fetchManifest('v1'))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toContain('the registry answered 503 maintenance')
    expect(registry.requests).toHaveLength(6)
    expect(slept).toEqual([300, 600, 1200, 2000, 2000])
  })

  it('waits for a random part of the time', async () => {
    const registry = await start({ intercept: () => BUSY })
    const chances = [0.5, 0, 0.999]
    const { repository, events } = open(registry, { random: () => chances.shift() ?? 1 })

    await catchError(() => repository.resolve('v1'))

    expect(events.map((event) => event.type === 'retry' && event.delay)).toEqual([150, 0, 1199])
  })

  it('sends bodies again, small and large', async () => {
    const registry = await start({
      intercept: (() => {
        let puts = 0
        return ({ method }) => (method === 'PUT' && ++puts % 2 === 1 ? BUSY : undefined)
      })(),
    })
    const { repository } = open(registry, {}, { access: 'push' })
    const contents = [randomContent(1000), randomContent(2_000_000)]

    for (const content of contents) expect(await repository.put(content)).toBe('stored')

    expect(registry.blobs('a')).toEqual(contents.map(({ descriptor }) => descriptor.digest).toSorted())
    expect(registry.openSessions).toBe(0)
  })

  it('asks a token server again', async () => {
    const auth = { scheme: 'bearer', username: 'u', password: 'p' } as const
    let tokens = 0
    const registry = await start({
      auth,
      intercept: ({ path }) => (path.startsWith('/token') && ++tokens === 1 ? BUSY : undefined),
    })
    const { repository } = open(registry, {}, { credentials: auth })

    expect(await repository.resolve('v1')).toBeUndefined()
    expect(tokens).toBe(2)
  })

  it('does not wait for a mount that is not given', async () => {
    const registry = await start({ intercept: ({ path }) => (path.includes('mount=') ? BUSY : undefined) })
    const { repository, slept } = open(registry, {}, { access: 'push' })

    expect(await repository.put(randomContent(10))).toBe('stored')
    expect(slept).toEqual([])
  })

  it.each<[what: string, answer: Answer | { reset: true }, times: number]>([
    ['is busy', BUSY, 1],
    // It may have been a kept connection that had died.
    ['breaks the connection', { reset: true }, 2],
  ])('does not retry the cancelling of an upload at a registry that %s', async (_, answer, times) => {
    const registry = await start({
      intercept: ({ method }) => (method === 'PUT' ? { status: 403 } : method === 'DELETE' ? answer : undefined),
    })
    const { repository } = open(registry, {}, { access: 'push' })

    await catchError(() => repository.put(randomContent(10)))
    expect(registry.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(times)
  })
})

describe('retrying(): what the registry asks for', () => {
  it.each<[value: string, delay: number]>([
    ['2', 2000],
    ['1.5', 1500],
    ['0', 300],
    ['-3', 300],
    ['later', 300],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 300],
    ['60', 60_000],
  ])('waits as long as Retry-After says: %s', async (value, delay) => {
    const registry = await start(first({ status: 429, headers: { 'Retry-After': value } }))
    const { repository, slept } = open(registry)

    await repository.resolve('v1')

    expect(slept).toEqual([delay])
  })

  it.each(['61', '1000', '9'.repeat(300), 'Fri, 01 Jan 2027 00:00:00 GMT'])(
    'does not wait for longer than its deadline, but fails at once: %.30s',
    async (value) => {
      const registry = await start(first({ status: 429, headers: { 'Retry-After': value } }))
      const { repository, slept } = open(registry)

      const error = await catchError(() => repository.resolve('v1'))

      expect(error).toBeInstanceOf(RegistryError)
      expect(registry.requests).toHaveLength(1)
      expect(slept).toEqual([])
    },
  )

  it('counts all waits of a request against the deadline', async () => {
    const registry = await start({ intercept: () => ({ status: 503, headers: { 'Retry-After': '25' } }) })
    const { repository, slept } = open(registry, { retries: 9 })

    await catchError(() => repository.resolve('v1'))

    expect(slept).toEqual([25_000, 25_000])
  })

  it.each<[what: string, answer: Answer]>([
    ['that nothing is left', { status: 429, headers: { 'ratelimit-remaining': '0;w=21600' } }],
    ['HAP429', { status: 429, body: 'Too Many Requests (HAP429)' }],
    [
      'that the pull rate limit is reached',
      {
        status: 429,
        headers: { 'Content-Type': 'application/json' },
        body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"You have reached your pull rate limit."}]}',
      },
    ],
  ])('reports a quota that is used up: %s', async (_, answer) => {
    const registry = await start({ intercept: () => answer })
    const { repository } = open(registry)

    const error = await catchError(() => repository.fetchManifest('v1'))

    expect(registry.requests).toHaveLength(1)
    expect(error.message).toContain('the registry answered 429')
    if (typeof answer.body === 'string') expect(error.message).toMatch(/HAP429|pull rate limit/)
  })

  it('asks again if a part of the quota is left', async () => {
    const registry = await start(
      first({
        status: 429,
        headers: { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' },
        body: 'toomanyrequests: retry-after: 880.092µs, allowed: 44000/minute',
      }),
    )
    const { repository } = open(registry)

    expect(await repository.resolve('v1')).toBeUndefined()
    expect(registry.requests).toHaveLength(2)
  })
})

describe('retrying(): connections', () => {
  const OK = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n'
  const FETCHES: readonly (readonly [name: string, fetching: Fetch | undefined])[] = [
    ['node-fetch', undefined],
    ['the global fetch', globalFetch],
  ]
  const BREAKS: readonly (readonly [how: string, cut: (socket: Socket) => unknown, times: number])[] = [
    ['are reset', (socket) => socket.resetAndDestroy(), 3],
    ['are closed', (socket) => socket.end(), 3],
    ['end within the headers', (socket) => socket.end(OK.slice(0, 20)), 3],
    ['fall silent', () => undefined, 1],
  ]

  describe.each(FETCHES)('with %s', (_, fetching) => {
    beforeEach(skipWaiting)

    it.each(BREAKS)('sends a request again over connections that %s', async (_how, cut, times) => {
      const server = await serveRaw((socket, count) => (count <= times ? cut(socket) : socket.write(OK)))
      const { repository } = open(server, {}, { fetch: fetching, timeout: 300 })

      expect(await repository.resolve('v1')).toBeUndefined()
      expect(server.heads).toHaveLength(times + 1)
    })

    it('sends a request again only once after a silence', async () => {
      const server = await serveRaw(() => undefined)
      const { repository } = open(server, {}, { fetch: fetching, timeout: 300 })

      const error = await catchError(() => repository.resolve('v1'))

      expect(error.message).toContain('no byte came for 300 ms')
      expect(server.heads).toHaveLength(2)
    })

    it.each<[what: string, text: string]>([
      ['are no HTTP', 'hello, world\r\n\r\n'],
      ['have an invalid length', 'HTTP/1.1 200 OK\r\nContent-Length: None\r\n\r\n'],
    ])('reports answers at once that %s', async (_what, text) => {
      const server = await serveRaw((socket) => socket.end(text))
      const { repository } = open(server, {}, { fetch: fetching })

      expect(await catchError(() => repository.resolve('v1'))).toBeInstanceOf(NetworkError)
      expect(server.heads).toHaveLength(1)
    })

    it.each<[what: string, head: string, end: (socket: Socket) => unknown]>([
      ['is closed', 'Content-Length: 99', (socket) => socket.end()],
      ['is reset', 'Content-Length: 99', (socket) => setTimeout(() => socket.resetAndDestroy(), 20)],
      ['falls silent', 'Content-Length: 99', () => undefined],
      ['ends without its last chunk', 'Transfer-Encoding: chunked', (socket) => socket.end()],
    ])('asks again for a list of tags whose body %s', async (_what, head, end) => {
      const body = '{"name":"a","tags":["v1"]}'
      const server = await serveRaw((socket, count) => {
        if (count === 2) return void socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
        const bytes = head.startsWith('T') ? `a\r\n${body.slice(0, 10)}\r\n` : body.slice(0, 10)
        return void socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${bytes}`, () => end(socket))
      })
      const { repository, events } = open(server, {}, { fetch: fetching, timeout: 300 })

      const tags: string[] = []
      for await (const tag of repository.tags()) tags.push(tag)

      expect(tags).toEqual(['v1'])
      // It was not a kept connection that had died: the retry has to wait.
      expect(events.map((event) => event.type === 'retry' && event.delay)).toEqual([300])
    })
  })

  it('asks again for a manifest, and for a token, that breaks off', async () => {
    const { manifest } = makeArtifact(10)
    const bytes = Buffer.from(await readContent(manifest))
    const token = Buffer.from('{"token":"t0ken"}')
    const counts = new Map<string, number>()
    const server = await serveRaw((socket) => {
      const head = server.heads.at(-1) ?? ''
      const send = (type: string, body: Buffer): void => {
        const kind = head.slice(0, 10)
        counts.set(kind, (counts.get(kind) ?? 0) + 1)
        socket.write(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`)
        if (counts.get(kind) === 1) socket.end(body.subarray(0, 5))
        else socket.write(body)
      }
      if (head.startsWith('GET /token')) return send('application/json', token)
      if (head.includes('t0ken')) return send(manifest.descriptor.mediaType, bytes)
      const challenge = `WWW-Authenticate: Bearer realm="http://${server.host}/token"`
      return void socket.write(`HTTP/1.1 401 Unauthorized\r\n${challenge}\r\nContent-Length: 0\r\n\r\n`)
    })
    const { repository } = open(server)

    const found = await repository.fetchManifest('v1')

    expect(found?.descriptor.digest).toBe(manifest.descriptor.digest)
    expect([...counts]).toEqual([
      ['GET /token', 2],
      ['GET /v2/a/', 2],
    ])
  })

  it('counts what is sent again over a kept connection as the first retry', async () => {
    const server = await serveRaw((socket) => socket.resetAndDestroy())
    const { repository, events } = open(server)

    await catchError(() => repository.resolve('v1'))

    expect(server.heads).toHaveLength(4)
    expect(events.map((event) => event.type === 'retry' && [event.delay, event.reason])).toEqual([
      [0, 'ECONNRESET'],
      [600, 'ECONNRESET'],
      [1200, 'ECONNRESET'],
    ])
  })

  it.each<[what: string, code: string]>([
    ['the port is closed', 'ECONNREFUSED'],
    ['the host name does not exist', 'ENOTFOUND'],
    ['the certificate is not trusted', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['the certificate has run out', 'CERT_HAS_EXPIRED'],
    ['it speaks no TLS', 'EPROTO'],
  ])('reports at once that %s', async (_, code) => {
    let count = 0
    const fetching: Fetch = async () => {
      count++
      throw Object.assign(new Error('no'), { code })
    }
    const { repository, slept } = open({ host: '127.0.0.1:1' }, {}, { fetch: fetching })

    expect((await catchError(() => repository.resolve('v1'))).message).toContain(code)
    expect([count, slept]).toEqual([1, []])
  })

  it.each(['EAI_AGAIN', 'ETIMEDOUT', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'tries again after %s',
    async (code) => {
      let count = 0
      const fetching: Fetch = async () => {
        if (++count < 3) throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code }) })
        return { status: 404, headers: new Headers(), body: null }
      }
      const { repository } = open({ host: '127.0.0.1:1' }, {}, { fetch: fetching })

      expect(await repository.resolve('v1')).toBeUndefined()
      expect(count).toBe(3)
    },
  )

  it('rejects with the error of the content itself', async () => {
    const registry = await start()
    const { repository, slept } = open(registry, {}, { access: 'push' })
    const reason = new Error('the disk is gone')
    const { descriptor } = randomContent(2_000_000)
    const openBroken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(100)
      throw reason
    }

    await expect(repository.put({ descriptor, open: openBroken })).rejects.toBe(reason)
    expect(slept).toEqual([])
  })
})

describe('retrying(): its end', () => {
  it('is all but one retry over a dead connection with retry: false', async () => {
    const busy = await start({ intercept: () => BUSY })
    const dead = await serveRaw((socket) => socket.resetAndDestroy())

    for (const { host } of [busy, dead]) {
      await catchError(() => new Repository(`${host}/a`, { retry: false }).resolve('v1'))
    }

    expect([busy.requests.length, dead.heads.length]).toEqual([1, 2])
  })

  it('is the reason of the signal, in the middle of a wait without end', async () => {
    const registry = await start({ intercept: () => BUSY })
    const controller = new AbortController()
    const reason = new Error('enough')
    const clock = {
      now: Date.now,
      sleep: () => {
        controller.abort(reason)
        return new Promise<void>(() => undefined)
      },
    }
    const { repository } = open(registry, { clock })

    await expect(repository.resolve('v1', { signal: controller.signal })).rejects.toBe(reason)
    expect(registry.requests).toHaveLength(1)
  })

  it('is the reason of the signal also by the clock of the system', async () => {
    const registry = await start({ intercept: () => ({ status: 503, headers: { 'Retry-After': '50' } }) })
    const controller = new AbortController()
    const reason = new Error('enough')
    const repository = new Repository(`${registry.host}/a`, {
      onEvent: (event) => void (event.type === 'retry' && setImmediate(() => controller.abort(reason))),
    })

    await expect(repository.resolve('v1', { signal: controller.signal })).rejects.toBe(reason)
    expect(registry.requests).toHaveLength(1)
  })

  it('is what a listener of its events throws', async () => {
    const registry = await start({ intercept: () => BUSY })
    const reason = new Error('no more')
    const onEvent = (event: OciEvent): void => {
      if (event.type === 'retry') throw reason
    }
    const { repository } = open(registry, {}, { onEvent })

    await expect(repository.resolve('v1')).rejects.toBe(reason)
    expect(registry.requests).toHaveLength(1)
  })

  it('is the same for all requests of one repository: no more retries than its budget', async () => {
    const registry = await start({ intercept: () => BUSY })
    const { repository, events } = open(registry, { budget: 4 }, { access: 'push' })
    const { manifest, source } = makeArtifact(...Array.from({ length: 20 }, () => 10))

    for (let count = 0; count < 3; count++) {
      await catchError(() => copy(source, manifest.descriptor, repository, { tags: ['v1'] }))
    }

    expect(events).toHaveLength(4)
    expect(registry.requests).toHaveLength(3 + 4)
  })

  it('comes later if most goes well: ten answers give one retry back', async () => {
    let isBusy = true
    const registry = await start({ intercept: () => (isBusy ? BUSY : undefined) })
    const { repository, events } = open(registry, { budget: 1 })
    const fail = (): Promise<unknown> => catchError(() => repository.resolve('v1'))

    await fail()
    await fail()
    expect(events).toHaveLength(1)
    isBusy = false
    for (let count = 0; count < 10; count++) await repository.resolve('v1')
    isBusy = true
    await fail()

    expect(events).toHaveLength(2)
  })

  it('leaves no connection open whose body is not read', async () => {
    const closed: Promise<unknown>[] = []
    const server = await serveRaw((socket, count) => {
      closed.push(new Promise((resolve) => socket.once('close', resolve)))
      if (count > 1) return void socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
      socket.write('HTTP/1.1 503 Busy\r\nContent-Length: 10000000\r\n\r\n')
      const feed = (): unknown => socket.destroyed || socket.write(Buffer.alloc(65_536), feed)
      return feed()
    })
    const { repository } = open(server)

    await repository.fetchManifest('v1')
    await closed[0]

    expect(server.heads).toHaveLength(2)
  })
})
