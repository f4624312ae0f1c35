import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  ContentMismatchError,
  NetworkError,
  NotFoundError,
  RegistryError,
  UnauthorizedError,
  UnsafeUrlError,
} from '../../../src/oras/errors/oci-error.js'
import { type OpenOptions, readContent } from '../../../src/oras/oci/content.js'
import { Repository, type RepositoryOptions } from '../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'
import { randomContent } from '../../support/make-artifact.js'
import { makeRandom } from '../../support/make-random.js'
import { SEEDS } from '../../support/seeds.js'
import { type ServedHost, type ServedRequest, serveHttp } from '../../support/serve-http.js'
import { serveRaw } from '../../support/serve-raw.js'
import { skipWaiting } from '../../support/skip-waiting.js'

const BROKE = 'The request failed on the way: try again. If it fails again, check the registry and proxies on the way.'

const blob = randomContent(2_000_000)
const { descriptor } = blob
const { digest, size } = descriptor
const bytes = Buffer.from(await readContent(blob))

let registry: TestRegistry
beforeEach(skipWaiting)
afterEach(() => registry?.close())

async function start(options: TestRegistryOptions = {}): Promise<Repository> {
  registry = await startRegistry(options)
  return new Repository(`${registry.host}/a`)
}

describe('hasBlob(), by Repository.has()', () => {
  it('asks for this repository by HEAD, and believes 200 and 404', async () => {
    const repository = await start()
    await new Repository(`${registry.host}/b`).put(blob)
    registry.clearRequests()

    expect(await repository.has(blob.descriptor)).toBe(false)
    await repository.put(blob)
    expect(await repository.has(blob.descriptor)).toBe(true)
    expect(registry.requests[0]).toMatchObject({ method: 'HEAD', path: `/v2/a/blobs/${digest}`, status: 404 })
  })

  it.each([204, 206, 400, 403, 405, 429, 500])('rejects the answer %i', async (status) => {
    const repository = await start({ intercept: () => ({ status }) })

    const error = await catchError(() => repository.has(blob.descriptor))

    expect(error.message).toBe(`Cannot look for blob ${digest} in ${registry.host}/a: the registry answered ${status}`)
  })

  it('sends GET after a forbidden HEAD: the answer says whether the blob exists, or why access is refused', async () => {
    const repository = await start({
      intercept: ({ method }) => (method === 'HEAD' ? { status: 403 } : undefined),
    })

    expect(await repository.has(randomContent(3).descriptor)).toBe(false)
    expect(registry.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['HEAD 403', 'GET 404'])

    await registry.close()
    const refusing = await start({
      intercept: () => ({ status: 403, body: '{"errors":[{"code":"DENIED","message":"not for you"}]}' }),
    })
    const error = await catchError(() => refusing.has(blob.descriptor))
    expect(error.message).toContain('the registry answered 403 DENIED: not for you')
  })

  it('does not take a web page for the blob where HEAD is forbidden', async () => {
    const repository = await start({
      intercept: ({ method }) =>
        method === 'HEAD' ? { status: 403 } : { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>Hi' },
    })

    expect((await catchError(() => repository.has(blob.descriptor))).message).toMatch(/: the answer is a web page$/)
  })

  it('does not believe the login page of a proxy', async () => {
    const repository = await start({
      intercept: () => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>' }),
    })

    const error = await catchError(() => repository.has(blob.descriptor))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot look for blob ${digest} in ${registry.host}/a: the answer is a web page`)
  })
})

describe('readBlob(), by Repository.get()', () => {
  it('reads nothing before it is opened, and again whenever it is', async () => {
    const repository = await start()
    await repository.put(blob)
    registry.clearRequests()

    const content = repository.get(blob.descriptor)
    content.open()
    expect(registry.requests).toEqual([])
    await Promise.all([readContent(content), readContent(content)])

    expect(registry.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array.from({ length: 2 }, () => `GET /v2/a/blobs/${digest}`),
    )
  })

  it('names the blob and the repository that lacks it', async () => {
    const repository = await start()

    const error = await catchError(() => readContent(repository.get(blob.descriptor)))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error.message).toBe(
      `Cannot read ${digest} from ${registry.host}/a: the registry answered 404 BLOB_UNKNOWN: repository a has no blob ${digest}`,
    )
  })

  it.each([
    ['other bytes', Buffer.alloc(2_000_000)],
    ['more bytes', Buffer.alloc(2_000_001)],
    ['fewer bytes', Buffer.alloc(1_999_999)],
    ['a web page', '<html>'],
  ])('refuses %s', async (_, body) => {
    const repository = await start({ intercept: () => ({ status: 200, body }) })

    expect(await catchError(() => readContent(repository.get(blob.descriptor)))).toBeInstanceOf(ContentMismatchError)
  })

  it.each(['read wrongly', 'left early', 'aborted'])('closes the connection of a blob that is %s', async (how) => {
    let closed: Promise<unknown> = Promise.resolve()
    const server = await serveHttp((_, response) => {
      closed = once(response, 'close')
      const more = (): void => {
        while (!response.destroyed) {
          if (response.write(Buffer.alloc(65536))) continue
          response.once('drain', more)
          return
        }
      }
      more()
    })
    const content = new Repository(`${server.host}/a`).get({
      ...blob.descriptor,
      size: how === 'read wrongly' ? 10 : 1e12,
    })
    const controller = new AbortController()

    await (async () => {
      for await (const _ of content.open({ signal: controller.signal })) {
        if (how === 'left early') break
        controller.abort()
      }
    })().catch(() => undefined)

    await expect(closed).resolves.toBeDefined()
  })
})

/** Reads the blob from a server; its digest is checked on the way. */
async function read(
  server: { readonly host: string },
  { size: length = size, start, preview, signal, ...options }: RepositoryOptions & OpenOptions & { size?: number } = {},
): Promise<Buffer> {
  const content = new Repository(`${server.host}/a`, { retry: false, credentials: 'anonymous', ...options }).get({
    ...descriptor,
    size: length,
  })
  const chunks: Uint8Array[] = []
  for await (const chunk of content.open({ start, preview, signal })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The first byte that a request asks for; `undefined` if it asks for the whole. */
const startOf = ({ headers }: ServedRequest): number | undefined => {
  const first = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1]
  return first === undefined ? undefined : Number(first)
}

/** Sends the bytes from `from` up to `to`, and breaks the connection if more were announced. */
function send(response: ServerResponse, from: number, to = size, sent: Uint8Array = bytes): void {
  response.setHeader('content-length', size - from)
  if (to >= size) return void response.end(sent.subarray(from))
  // Bytes that come together with the end of the connection may be lost.
  response.write(sent.subarray(from, to), () => setTimeout(() => response.destroy(), 5))
}

function sendPart(response: ServerResponse, from: number, to = size, sent: Uint8Array = bytes): void {
  response.statusCode = 206
  if (!response.hasHeader('content-range')) response.setHeader('content-range', `bytes ${from}-${size - 1}/${size}`)
  send(response, from, to, sent)
}

/** A server that sends 1000 bytes, breaks, and answers every request after that as the test says. */
function serveBroken(
  answer: (response: ServerResponse, start: number | undefined, count: number) => unknown,
): Promise<ServedHost> {
  let count = 0
  return serveHttp((request, response) => {
    if (count++ === 0) send(response, 0, 1000)
    else void answer(response, startOf(request), count)
  })
}

const ranges = ({ requests }: ServedHost): readonly (string | undefined)[] =>
  requests.map(({ headers }) => headers.range)

type Way = (response: ServerResponse, start: number, to: number, sent: Uint8Array) => unknown

/** How registries answer a request for a part. */
const ways: readonly (readonly [string, Way])[] = [
  ['gives parts', sendPart],
  ['knows no parts', (response, _, to, sent) => send(response, 0, to, sent)],
  ['gives other parts', (response, start, to, sent) => sendPart(response, start - 1, to, sent)],
  ['refuses parts', (response) => response.writeHead(416, { 'content-length': 3 }).end('no!')],
]

describe.each(SEEDS)('readBlob(): connections that break at random bytes (SEED=%i)', (seed) => {
  it.each(ways)('reads a blob over 50 breaks from a registry that %s', async (_, answerPart) => {
    const random = makeRandom(seed)
    const cuts = Array.from({ length: 50 }, () => 1 + Math.floor(random() * (size - 1))).toSorted((a, b) => a - b)
    const server = await serveHttp((request, response) => {
      const from = startOf(request)
      const cut = cuts.find((each) => each > (from ?? 0)) ?? size
      cuts.splice(0, cuts.indexOf(cut) + 1)
      if (from === undefined) send(response, 0, cut)
      else answerPart(response, from, cut, bytes)
    })

    expect((await read(server)).equals(bytes)).toBe(true)
    expect(server.requests.length).toBeGreaterThan(20)
  })

  it('reads a blob of the embedded registry through a proxy that breaks again and again', async () => {
    const repository = await start()
    await repository.put(blob)
    registry.clearRequests()
    const random = makeRandom(seed)
    const proxy = await startCuttingProxy(registry.port, () => 1000 + Math.floor(random() * 150_000))

    expect((await read(proxy)).equals(bytes)).toBe(true)
    expect(registry.requests.length).toBeGreaterThan(10)
    expect(registry.requests.slice(1).every(({ status }) => status === 206)).toBe(true)
  })

  it.each(ways)('finds one wrong byte behind a break, at a registry that %s', async (_, answerPart) => {
    const wrong = Buffer.from(bytes)
    const at = 1000 + Math.floor(makeRandom(seed)() * (size - 1000))
    wrong[at] = (wrong[at] as number) ^ 1
    const server = await serveBroken((response, from) =>
      from === undefined ? send(response, 0, size, wrong) : answerPart(response, from, size, wrong),
    )

    const error = await catchError(() => read(server))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error.message).toMatch(new RegExp(`^Cannot read ${digest}: the bytes have digest sha256:`))
  })
})

describe('readBlob(): resuming', () => {
  it('asks for the rest, and no more than once where nothing breaks', async () => {
    const server = await serveBroken((response, from = 0) => sendPart(response, from))

    expect((await read(server)).equals(bytes)).toBe(true)
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v2/a/blobs/${digest}`,
      `GET /v2/a/blobs/${digest}`,
    ])
    expect(ranges(server)).toEqual([undefined, 'bytes=1000-'])
  })

  it.each([
    ['with the size left open', (from: number) => `bytes ${from}-${size - 1}/*`],
    ['in upper case', (from: number) => `BYTES ${from}-${size - 1}/${size}`],
  ])('takes a Content-Range %s', async (_, range) => {
    const server = await serveBroken((response, from = 0) =>
      sendPart(response.setHeader('content-range', range(from)), from),
    )

    expect((await read(server)).equals(bytes)).toBe(true)
    expect(ranges(server)).toEqual([undefined, 'bytes=1000-'])
  })

  it.each([
    ['another size', `bytes 1000-${size}/${size + 1}`],
    ['a start before', `bytes 999-${size - 1}/${size}`],
    ['a start behind', `bytes 1001-${size - 1}/${size}`],
    ['no unit', `1000-${size - 1}/${size}`],
    ['another unit', `pages 1000-${size - 1}/${size}`],
    ['nothing', ''],
  ])('asks for the whole after a part whose Content-Range says %s, and never for a part again', async (_, range) => {
    const server = await serveBroken((response, from, count) => {
      if (from !== undefined) sendPart(response.setHeader('content-range', range), from)
      else send(response, 0, count < 5 ? count * 10_000 : size)
    })

    expect((await read(server)).equals(bytes)).toBe(true)
    expect(ranges(server)).toEqual([undefined, 'bytes=1000-', undefined, undefined, undefined])
  })

  it('does not wait for the body of a 416 that never comes', async () => {
    const server = await serveRaw((socket, count) => {
      if (count === 2) return void socket.write('HTTP/1.1 416 No\r\nContent-Length: 11\r\n\r\n')
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
      if (count === 1) socket.end(bytes.subarray(0, 1000))
      else socket.write(bytes)
      return undefined
    })

    const start = performance.now()
    expect((await read(server, { timeout: 60_000 })).equals(bytes)).toBe(true)
    expect(server.heads).toHaveLength(3)
    // Waiting for the silent registry would end with a timeout.
    expect(performance.now() - start).toBeLessThan(50_000)
  })

  it('resumes after parts that are smaller than what was asked for', async () => {
    const server = await serveBroken((response, from = 0) => {
      const end = Math.min(size, from + 300_000)
      response.writeHead(206, { 'content-range': `bytes ${from}-${end - 1}/${size}` })
      response.end(bytes.subarray(from, end))
    })

    expect((await read(server)).equals(bytes)).toBe(true)
    expect(server.requests).toHaveLength(8)
  })

  it('resumes after a silence', async () => {
    let stalled: Promise<unknown> = Promise.resolve()
    const server = await serveHttp((request, response) => {
      const from = startOf(request)
      if (from !== undefined) return sendPart(response, from)
      stalled = once(response, 'close')
      return void response.writeHead(200, { 'content-length': size }).write(bytes.subarray(0, 1000))
    })

    expect((await read(server, { timeout: 400 })).equals(bytes)).toBe(true)
    expect(ranges(server)).toEqual([undefined, 'bytes=1000-'])
    await stalled
  })

  it('resumes at the registry if the first request was redirected', async () => {
    let broken = false
    const cdn = await serveHttp((request, response) => {
      const from = startOf(request) ?? 0
      if (broken) return from > 0 ? sendPart(response, from) : send(response, 0)
      broken = true
      return send(response, 0, 1000)
    })
    let asked = 0
    const server = await serveHttp((_, response) =>
      response.writeHead(307, { location: `${cdn.url}/blob?signature=${++asked}` }).end(),
    )

    expect((await read(server)).equals(bytes)).toBe(true)
    expect(ranges(server)).toEqual([undefined, 'bytes=1000-'])
    expect(cdn.requests.map(({ path, headers }) => [path, headers.range])).toEqual([
      ['/blob?signature=1', undefined],
      ['/blob?signature=2', 'bytes=1000-'],
    ])
  })

  it('resumes with a fetch of your own', async () => {
    const server = await serveBroken((response, from = 0) => sendPart(response, from))

    const got = await read(server, { fetch: (url, init) => fetch(url, init as RequestInit) })

    expect(got.equals(bytes)).toBe(true)
    expect(ranges(server)).toEqual([undefined, 'bytes=1000-'])
  })

  it('logs in again if the token has expired meanwhile', async () => {
    const credentials = { username: 'robot', password: 's3cret' }
    const server = await serveHttp((request, response) => {
      const from = startOf(request)
      if (from === undefined) return send(response, 0, 1000)
      if (request.headers.authorization !== undefined) return sendPart(response, from)
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    })

    expect((await read(server, { credentials })).equals(bytes)).toBe(true)
    expect(ranges(server)).toEqual([undefined, 'bytes=1000-', 'bytes=1000-'])
  })

  it('yields what lies after the start', async () => {
    const server = await serveBroken((response, from = 0) => sendPart(response, from))

    expect((await read(server, { start: 500 })).equals(bytes.subarray(500))).toBe(true)
  })

  it('sends no request if a body breaks after its last byte', async () => {
    const lengthy = await serveRaw((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size + 5}\r\n\r\n`)
      socket.end(bytes)
    })
    const chunked = await serveRaw((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${size.toString(16)}\r\n`)
      socket.write(bytes)
      setTimeout(() => socket.destroy(), 100)
    })

    for (const server of [lengthy, chunked]) {
      expect((await read(server)).equals(bytes)).toBe(true)
      expect(server.heads).toHaveLength(1)
    }
  })
})

describe('readBlob(): giving up', () => {
  const HEAD = `HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`

  it('stops after three answers in a row without a new byte', async () => {
    const server = await serveRaw((socket) => socket.end(HEAD))

    const error = await catchError(() => read(server))

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.hint).toBe(BROKE)
    expect(server.heads).toHaveLength(3)
  })

  it.each(ways)('counts only new bytes, at a registry that %s', async (way, answerPart) => {
    const server = await serveBroken((response, from) =>
      from === undefined ? send(response, 0, 1000) : answerPart(response, from, 1000, bytes),
    )

    expect(await catchError(() => read(server))).toBeInstanceOf(NetworkError)
    const part = 'bytes=1000-'
    expect(ranges(server)).toEqual(
      ['gives parts', 'knows no parts'].includes(way)
        ? [undefined, part, part, part]
        : [undefined, part, undefined, undefined, undefined],
    )
  })

  it('counts requests without an answer', async () => {
    const server = await serveRaw((socket, count) => (count === 1 ? socket.end(`${HEAD}hello`) : socket.destroy()))

    expect(await catchError(() => read(server))).toBeInstanceOf(NetworkError)
    // A request whose connection was reset is sent once more.
    expect(server.heads.length).toBeGreaterThanOrEqual(4)
    expect(server.heads.length).toBeLessThanOrEqual(7)
  })

  it('counts from zero after a new byte', async () => {
    let count = 0
    const server = await serveHttp((request, response) => {
      const from = startOf(request) ?? 0
      count++
      const to = count > 12 ? size : count % 3 === 0 ? from + 1 : from
      if (from > 0) sendPart(response, from, to)
      else send(response, 0, to)
    })

    expect((await read(server)).equals(bytes)).toBe(true)
    expect(server.requests).toHaveLength(13)
  })

  it('stops after resuming a hundred times', async () => {
    const server = await serveHttp((request, response) => {
      const from = startOf(request)
      if (from === undefined) send(response, 0, 1)
      else sendPart(response, from, from + 1)
    })

    const error = await catchError(() => read(server))

    expect(error).toBeInstanceOf(NetworkError)
    expect(server.requests).toHaveLength(101)
  })

  it.each<[number, abstract new (...parameters: never[]) => Error]>([
    [400, RegistryError],
    [401, UnauthorizedError],
    [403, UnauthorizedError],
    [404, NotFoundError],
    [500, RegistryError],
  ])('rejects with the error of a %i', async (status, kind) => {
    const server = await serveBroken((response) => response.writeHead(status).end())

    expect(await catchError(() => read(server))).toBeInstanceOf(kind)
    expect(server.requests).toHaveLength(2)
  })

  it('follows no unsafe redirect', async () => {
    const server = await serveBroken((response) => response.writeHead(307, { location: 'ftp://host/' }).end())

    expect(await catchError(() => read(server))).toBeInstanceOf(UnsafeUrlError)
  })

  it('stops at once if the first request is not answered', async () => {
    const server = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'))

    expect(await catchError(() => read(server))).toBeInstanceOf(NetworkError)
    expect(server.heads.length).toBeLessThanOrEqual(2)
  })

  it('rejects a part that it did not ask for', async () => {
    const server = await serveHttp((_, response) => sendPart(response, 0))

    const error = await catchError(() => read(server))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toContain(`Cannot read ${digest} from ${server.host}/a: the registry answered 206`)
  })

  it('stops at the first byte that is too many', async () => {
    const server = await serveBroken((response, from = 0) => {
      response.writeHead(206, { 'content-range': `bytes ${from}-${size - 1}/*` })
      response.write(bytes.subarray(from))
      response.write('!')
    })

    const error = await catchError(() => read(server))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error.message).toBe(`Cannot read ${digest}: ${size} bytes were promised, but there are more`)
  })

  it('throws the reason of its signal, and asks no more, when that is aborted between two attempts', async () => {
    const server = await serveRaw((socket) => socket.end(HEAD))
    const controller = new AbortController()
    const reason = new Error('enough')
    let error: unknown

    read(server, { signal: controller.signal }).catch((thrown: unknown) => (error = thrown))
    while (server.heads.length < 2) await sleep(5)
    // The second pause takes 200 ms.
    await sleep(60)
    controller.abort(reason)
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))

    expect(error).toBe(reason)
    await sleep(300)
    expect(server.heads).toHaveLength(2)
  })
})

/** Passes connections on to a port, and breaks each one after so many bytes of its answers. */
async function startCuttingProxy(port: number, limit: () => number): Promise<{ readonly host: string }> {
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1')
    let left = limit()
    client.on('error', () => {}).on('close', () => upstream.destroy())
    upstream.on('error', () => {}).on('close', () => client.destroy())
    client.on('data', (chunk) => upstream.write(chunk))
    upstream.on('data', (chunk) => {
      if (left > 0) client.write(chunk.subarray(0, left))
      left -= chunk.length
      if (left <= 0) client.end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('readBlob() with a preview', () => {
  const preview = async (server: ServedHost, take: number): Promise<Buffer> => {
    const chunks: Uint8Array[] = []
    let length = 0
    const content = new Repository(`${server.host}/a`).get(descriptor)
    for await (const chunk of content.open({ preview: 5000 })) {
      chunks.push(chunk)
      length += chunk.length
      if (length >= take) break
    }
    return Buffer.concat(chunks)
  }
  /** Sends a part and ends properly. */
  const sendWhole = (response: ServerResponse, from: number, end: number): void => {
    const headers = { 'content-range': `bytes ${from}-${end - 1}/${size}`, 'content-length': end - from }
    response.writeHead(206, headers).end(bytes.subarray(from, end))
  }
  const rangeOf = ({ headers }: ServedRequest): readonly [number, number] | undefined => {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? []
    return from === undefined ? undefined : [Number(from), to ? Number(to) + 1 : size]
  }
  const givePart = (request: ServedRequest, response: ServerResponse): void => {
    const range = rangeOf(request)
    if (range) sendWhole(response, ...range)
    else send(response, 0, size)
  }

  it('asks for the first bytes, and for no more if the reader stops there', async () => {
    const server = await serveHttp(givePart)

    expect((await preview(server, 5000)).equals(bytes.subarray(0, 5000))).toBe(true)
    expect(ranges(server)).toEqual(['bytes=0-4999'])
  })

  it('asks for the rest if the reader reads on, and checks the whole', async () => {
    const server = await serveHttp(givePart)

    expect((await preview(server, Infinity)).equals(bytes)).toBe(true)
    expect(ranges(server)).toEqual(['bytes=0-4999', 'bytes=5000-'])
  })

  it.each(ways.slice(1))('also reads from a registry that %s', async (_, answerPart) => {
    const server = await serveHttp((request, response) => {
      const [from] = rangeOf(request) ?? []
      if (from === undefined) send(response, 0, size)
      else answerPart(response, from + 1, size, bytes)
    })

    expect((await preview(server, Infinity)).equals(bytes)).toBe(true)
  })

  it('gives up on a registry that sends tiny pieces without end', async () => {
    const server = await serveHttp((request, response) => {
      const [from = 0] = rangeOf(request) ?? []
      sendWhole(response, from, from + 1)
    })

    const error = await catchError(() => preview(server, Infinity))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot read ${descriptor.digest} from ${server.host}/a: it comes in too many parts`)
    expect(server.requests).toHaveLength(101)
  })
})
