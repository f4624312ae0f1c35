/** The option timeout: what counts as silence, and which error it causes. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { NetworkError } from '../../../src/oras/errors/oci-error.js'
import { readContent } from '../../../src/oras/oci/content.js'
import type { Fetch } from '../../../src/oras/http/fetch.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import type { RequestBody, TransportRequest } from '../../../src/oras/http/transport.js'
import { makeTransport } from '../../support/make-transport.js'
import { startRegistry } from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'
import { eventually } from '../../support/eventually.js'
import { randomContent } from '../../support/make-artifact.js'
import { serveHttp } from '../../support/serve-http.js'
import { serveProxy } from '../../support/serve-proxy.js'
import { serveRaw } from '../../support/serve-raw.js'
import { skipWaiting } from '../../support/skip-waiting.js'

const STALLED =
  'The registry, or something on the way, has stalled: try again, or allow more time with the option timeout.'
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n'
const globalFetch: Fetch = (url, init) => fetch(url, init as RequestInit)
const FETCHES: readonly (readonly [name: string, fetching: Fetch | undefined])[] = [
  ['node-fetch', undefined],
  ['the global fetch', globalFetch],
]

/** Sends a request and reads its answer. */
async function exchange(
  timeout: number,
  request: Partial<TransportRequest> & { readonly url: URL },
  fetching?: Fetch,
): Promise<string> {
  const response = await makeTransport(
    fetching,
    timeout,
  )({
    method: 'GET',
    headers: {},
    signal: undefined,
    ...request,
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of response.read()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A body of chunks of 64 KiB. */
function stream(chunks: number, before: () => unknown = () => undefined): RequestBody & { closed: number } {
  const body = {
    size: chunks * 65536,
    closed: 0,
    async *open() {
      try {
        for (let index = 0; index < chunks; index++) {
          await before()
          yield Buffer.alloc(65536, index)
        }
      } finally {
        body.closed++
      }
    },
  }
  return body
}

/** A server that takes connections, and does with them what the test says. */
async function serveSockets(take: (socket: Socket) => void): Promise<URL> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    take(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

describe.each(FETCHES)('the option timeout, with %s', (_, fetching) => {
  beforeEach(skipWaiting)

  it.each([
    ['headers that never come', ''],
    ['headers that stop half-way', OK.slice(0, 30)],
    ['a body that never comes', OK],
    ['a body that stops', `${OK}hello`],
    ['a chunked body that stops', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
  ])('ends %s, and the connection', async (_what, text) => {
    let closed: Promise<unknown> = Promise.resolve()
    const server = await serveRaw((socket) => {
      closed = once(socket, 'close')
      socket.write(text)
    })

    const error = await catchError(() => exchange(500, { url: new URL(`${server.url}/a?sig=s3cret`) }, fetching))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      message: `Cannot GET ${server.url}/a?sig=REDACTED: no byte came for 500 ms`,
      hint: STALLED,
      cause: { message: 'no byte came for 500 ms' },
    })
    await closed
    expect(server.heads).toHaveLength(1)
  })

  it('ends an upload that the other side does not take, and one that it takes and does not answer', async () => {
    const deaf = await serveSockets((socket) => socket.pause())
    const mute = await serveSockets((socket) => socket.resume())

    for (const url of [deaf, mute]) {
      const body = stream(500)
      const error = await catchError(() => exchange(500, { method: 'PUT', url, body }, fetching))

      expect(error).toBeInstanceOf(NetworkError)
      expect(error).toMatchObject({ message: `Cannot PUT ${url.href}: no byte came for 500 ms`, hint: STALLED })
      await eventually(() => expect(body.closed).toBe(1))
    }
  })

  it('does not end a body that comes in small pieces', async () => {
    const server = await serveHttp(async (_request, response) => {
      for (let count = 0; count < 40; count++) {
        response.write('.')
        await sleep(20)
      }
      response.end()
    })

    expect(await exchange(400, { url: new URL(server.url) }, fetching)).toBe('.'.repeat(40))
  })

  it('does not count the time that the reader takes', async () => {
    const server = await serveHttp((_request, response) => response.end(Buffer.alloc(5_000_000)))
    const response = await makeTransport(
      fetching,
      400,
    )({ method: 'GET', url: new URL(server.url), headers: {}, signal: undefined })
    let size = 0

    await sleep(600)
    for await (const chunk of response.read()) {
      if (size === 0) await sleep(600)
      size += chunk.length
    }

    expect(size).toBe(5_000_000)
  })

  it('does not count the time that the source of an upload takes', async () => {
    const server = await serveHttp((request, response) => response.end(String(request.body.length)))
    const body = stream(2, () => sleep(600))

    expect(await exchange(400, { method: 'PUT', url: new URL(server.url), body }, fetching)).toBe('131072')
  })

  it('does not end a long upload that makes progress', async () => {
    // The buffers of the system hide what happens to the last megabytes: they must be through within the timeout.
    const server = await serveSockets((socket) => {
      let taken = 0
      socket.on('data', (chunk) => {
        taken += chunk.length
        if (taken > 48 * 1024 * 1024) socket.end('HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok')
        socket.pause()
        setTimeout(() => socket.resume(), 2)
      })
    })

    expect(await exchange(1000, { method: 'PUT', url: server, body: stream(16 * 48) }, fetching)).toBe('ok')
  })

  it('throws the reason of the signal if that comes first', async () => {
    const server = await serveRaw((socket) => socket.write(`${OK}hello`))
    const controller = new AbortController()
    const reason = new Error('enough')
    setTimeout(() => controller.abort(reason), 50)

    expect(
      await catchError(() => exchange(10_000, { url: new URL(server.url), signal: controller.signal }, fetching)),
    ).toBe(reason)
  })
})

describe('the option timeout', () => {
  it('is five minutes by default', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    let ask = (): void => {}
    const asked = new Promise<void>((resolve) => (ask = resolve))
    const server = await serveRaw(() => ask())
    const answer = catchError(() => new Repository(`${server.host}/a`, { retry: false }).resolve('v1'))
    await asked

    await vi.advanceTimersByTimeAsync(299_999)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)

    expect((await answer).message).toBe(`Cannot HEAD ${server.url}/v2/a/manifests/v1: no byte came for 300000 ms`)
  })

  it('counts from the last chunk of an upload that was taken', async () => {
    skipWaiting()
    const slow: Fetch = async (_, { body }) => {
      let size = 0
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        size += chunk.length
        await sleep(30)
      }
      return { status: 200, headers: new Headers(), body: [Buffer.from(String(size))] as never }
    }

    expect(await exchange(300, { method: 'PUT', url: new URL('http://a/'), body: stream(30) }, slow)).toBe('1966080')
  })

  it.each([
    ['is silent', ''],
    ['stops half-way', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"token":'],
  ])('holds for a token server that %s', async (_, text) => {
    skipWaiting()
    const server = await serveRaw((socket, count) => {
      const challenge = `WWW-Authenticate: Bearer realm="${server.url}/token"`
      socket.write(count === 1 ? `HTTP/1.1 401 No\r\nContent-Length: 0\r\n${challenge}\r\n\r\n` : text)
    })

    const error = await catchError(() => new Repository(`${server.host}/a`, { timeout: 400 }).resolve('v1'))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toBe(`Cannot GET ${server.url}/token?scope=repository%3Aa%3Apull: no byte came for 400 ms`)
    expect(error.hint).toBe(STALLED)
  })

  const JSON_OF_1000 = 'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n'
  /** Answers with a text, and then with one byte before each silence, without end. */
  const drip = (socket: Socket, text: string): void => {
    socket.write(text)
    const timer = setInterval(() => socket.write('x'), 100)
    socket.once('close', () => clearInterval(timer))
  }

  it.each<[what: string, ask: (repository: Repository) => Promise<unknown>, path: string]>([
    ['a manifest', (repository) => repository.fetchManifest('v1'), 'manifests/v1'],
    ['a page of tags', (repository) => repository.tags()[Symbol.asyncIterator]().next(), 'tags/list?n=1000'],
  ])('limits the total time for %s in small pieces to twice the timeout, without a retry', async (_, ask, path) => {
    skipWaiting()
    const server = await serveRaw((socket) => drip(socket, `HTTP/1.1 200 OK\r\n${JSON_OF_1000}`))

    const error = await catchError(() => ask(new Repository(`${server.host}/a`, { timeout: 400 })))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toBe(`Cannot GET ${server.url}/v2/a/${path}: the answer was not complete after 800 ms`)
    expect(error.hint).toBe(STALLED)
    expect(server.heads).toHaveLength(1)
  })

  it('counts twice for the whole of a token that comes in small pieces', async () => {
    skipWaiting()
    const server = await serveRaw((socket, count) => {
      const challenge = `WWW-Authenticate: Bearer realm="${server.url}/token"`
      if (count === 1) socket.write(`HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 0\r\n${challenge}\r\n\r\n`)
      else drip(socket, `HTTP/1.1 200 OK\r\n${JSON_OF_1000}`)
    })

    const error = await catchError(() => new Repository(`${server.host}/a`, { timeout: 400 }).resolve('v1'))

    expect(error.message).toContain('/token?scope=repository%3Aa%3Apull: the answer was not complete after 800 ms')
    expect(server.heads).toHaveLength(2)
  })

  it('counts for all headers, those of a proxy too', async () => {
    skipWaiting()
    const server = await serveRaw((socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-A: '))
    const proxy = await serveProxy({ onConnect: (socket) => drip(socket as Socket, 'HTTP/1.1 200 OK\r\nX-A: ') })
    const options = { timeout: 400, retry: false } as const
    const direct = new Repository(`${server.host}/a`, options)
    const proxied = new Repository('registry.example/a', { ...options, proxy: `http://${proxy.host}` })

    for (const repository of [direct, proxied]) {
      expect((await catchError(() => repository.resolve('v1'))).message).toContain('no byte came for 400 ms')
    }
  })

  it('does not hold for a refusal whose body comes in small pieces: it is read for five seconds', async () => {
    skipWaiting()
    const server = await serveRaw((socket) => drip(socket, `HTTP/1.1 500 No\r\n${JSON_OF_1000}`))
    const repository = new Repository(`${server.host}/a`, { retry: false })
    const begin = performance.now()

    expect(await catchError(() => repository.fetchManifest('v1'))).toMatchObject({ answer: { status: 500 } })
    expect(performance.now() - begin).toBeLessThan(5100)
  })

  it('leaves no timer behind, however a request ends', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const early = await serveRaw((socket) => socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'))
    const broken = await serveRaw((socket) => socket.resetAndDestroy())
    const short = await serveRaw((socket) => socket.end(`${OK}hello`))
    const repository = new Repository(`${registry.host}/a`)
    const blob = randomContent(2_000_000)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())

    await repository.put(blob)
    await readContent(repository.get(blob.descriptor))
    for await (const _ of repository.get(blob.descriptor).open()) break
    const body = stream(10_000)
    await catchError(() => exchange(10_000, { url: new URL(broken.url) }))
    await catchError(() => exchange(10_000, { url: new URL(short.url) }))
    await exchange(10_000, { method: 'PUT', url: new URL(early.url), body })
    await eventually(() => expect(body.closed).toBe(1))

    await eventually(() => expect(vi.getTimerCount()).toBe(0))
  })

  it.each([0, -1, NaN, Infinity, '1000', null])('cannot be %s', async (timeout) => {
    const error = await catchError(() => new Repository('localhost/a', { timeout: timeout as number }))

    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^the option timeout must be a positive number of milliseconds, not /)
  })
})
