import { randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ContentMismatchError, NetworkError } from '../../../src/oras/errors/oci-error.js'
import { bytesContent, readContent } from '../../../src/oras/oci/content.js'
import type { Fetch } from '../../../src/oras/http/fetch.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import type { RequestBody, TransportRequest, TransportResponse } from '../../../src/oras/http/transport.js'
import { makeTransport } from '../../support/make-transport.js'
import { startRegistry } from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'
import { eventually } from '../../support/eventually.js'
import { serveHttp } from '../../support/serve-http.js'
import { serveRaw } from '../../support/serve-raw.js'

const BROKE = 'The request failed on the way: try again. If it fails again, check the registry and proxies on the way.'
const globalFetch: Fetch = (url, init) => fetch(url, init as RequestInit)

const get = (url: string, options: Partial<TransportRequest> = {}): Promise<TransportResponse> =>
  makeTransport()({ method: 'GET', url: new URL(url), headers: {}, signal: undefined, ...options })

async function readText(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of response.read()) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A streamed body of so many chunks of 64 KiB; `onChunk` is called before each. */
function stream(
  chunks: number,
  onChunk: (index: number) => unknown = () => undefined,
): RequestBody & { closed: number } {
  const body = {
    size: chunks * 65536,
    closed: 0,
    async *open() {
      try {
        for (let index = 0; index < chunks; index++) {
          await onChunk(index)
          yield Buffer.alloc(65536, index)
        }
      } finally {
        body.closed++
      }
    },
  }
  return body
}

describe('createTransport(): requests', () => {
  it('sends what it was given, asks for bytes as they are, and names itself', async () => {
    const server = await serveHttp((_, response) => response.end('hello'))

    const response = await get(`${server.url}/a?b=%2F+c`, { headers: { accept: 'x/y' } })

    expect(response.status).toBe(200)
    expect(await readText(response)).toBe('hello')
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      path: '/a?b=%2F+c',
      headers: { accept: 'x/y', 'accept-encoding': 'identity', 'user-agent': 'oras-helm' },
    })
  })

  it.each<[kind: string, open: (bytes: Buffer) => Uint8Array | AsyncIterable<Uint8Array>]>([
    ['bytes', (bytes) => bytes],
    [
      'a stream',
      async function* (bytes) {
        for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000)
      },
    ],
  ])('sends %s with their length, in one piece and without Expect', async (_, open) => {
    const server = await serveHttp((_request, response) => response.end())
    const bytes = randomBytes(300_000)

    const response = await get(server.url, { method: 'PUT', body: { size: bytes.length, open: () => open(bytes) } })
    await response.discard()

    const { headers, body } = server.requests[0] as (typeof server.requests)[number]
    expect(body.equals(bytes)).toBe(true)
    expect(headers['content-length']).toBe('300000')
    expect(headers).not.toHaveProperty('transfer-encoding')
    expect(headers).not.toHaveProperty('expect')
  })

  it('follows no redirect by itself', async () => {
    const server = await serveHttp((_, response) => response.writeHead(302, { location: '/elsewhere' }).end())

    const response = await get(server.url)
    await response.discard()

    expect([response.status, response.header('Location')]).toEqual([302, '/elsewhere'])
    expect(server.requests).toHaveLength(1)
  })

  it('never sends a cookie back', async () => {
    const server = await serveHttp((_, response) => response.setHeader('set-cookie', 'session=1; Path=/').end('hello'))

    for (let count = 0; count < 3; count++) await readText(await get(server.url))

    expect(server.requests.map(({ headers }) => headers.cookie)).toEqual([undefined, undefined, undefined])
  })

  it('uses a connection again once its answer was read or discarded', async () => {
    const server = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))

    await readText(await get(server.url))
    await (await get(server.url)).discard()
    await readText(await get(server.url))

    expect([server.heads.length, server.connections]).toEqual([3, 1])
  })
})

describe('createTransport(): connections that die', () => {
  const KEPT = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

  it('sends a request once more when the connection that was kept has gone', async () => {
    const server = await serveRaw((socket, count) => (count === 2 ? socket.resetAndDestroy() : socket.write(KEPT)))

    await readText(await get(server.url))
    const text = await readText(await get(server.url))

    expect(text).toBe('ok')
    expect(server.heads).toHaveLength(3)
  })

  it('opens the body again for that', async () => {
    const server = await serveRaw((socket, count) => (count === 1 ? socket.resetAndDestroy() : socket.write(KEPT)))
    const body = stream(2)

    await (await get(server.url, { method: 'PUT', body })).discard()

    expect(server.heads).toHaveLength(2)
    expect(body.closed).toBe(2)
  })

  it('does so once and no more', async () => {
    const server = await serveRaw((socket) => socket.resetAndDestroy())

    const error = await catchError(() => get(server.url))

    expect(server.heads).toHaveLength(2)
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      code: 'ERR_NETWORK',
      message: `Cannot GET ${server.url}/: ECONNRESET`,
      method: 'GET',
      url: `${server.url}/`,
      hint: BROKE,
      cause: { code: 'ECONNRESET' },
    })
  })

  it('does not do so for a host that refuses', async () => {
    let tries = 0
    const body: RequestBody = { size: 1, open: () => (tries++, Buffer.from('a')) }

    const error = await catchError(() => get('http://127.0.0.1:1/', { method: 'PUT', body }))

    expect(tries).toBe(1)
    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toBe('Cannot PUT http://127.0.0.1:1/: ECONNREFUSED')
    expect(error.hint).toBe('Nothing listens there: check that the registry runs and that the port is right.')
  })

  it('shows no secret of the URL, also not in the cause', async () => {
    const server = await serveRaw((socket) => socket.resetAndDestroy())

    const error = await catchError(() => get(`${server.url}/a?X-Amz-Signature=s3cret`))

    expect(error.message).toBe(`Cannot GET ${server.url}/a?X-Amz-Signature=REDACTED: ECONNRESET`)
    expect(inspect(error, { depth: 10 })).not.toContain('s3cret')
  })

  it.each<[how: string, end: 'end' | 'resetAndDestroy', fetch: Fetch | undefined]>([
    ['closed', 'end', undefined],
    ['reset', 'resetAndDestroy', undefined],
    ['closed under the global fetch', 'end', globalFetch],
    ['reset under the global fetch', 'resetAndDestroy', globalFetch],
  ])('calls a body short whose connection is %s before its Content-Length', async (_, end, fetching) => {
    const server = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n')
      socket.write(Buffer.alloc(150_000), () => socket[end]())
    })
    const request = { method: 'GET', url: new URL(server.url), headers: {}, signal: undefined }

    const error = await catchError(async () => {
      const response = await makeTransport(fetching)(request)
      for await (const _chunk of response.read()) await new Promise((resolve) => setImmediate(resolve))
    })

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.hint).toBe(BROKE)
  })

  it('calls a body short that ends without an error, too', async () => {
    // What node-fetch makes of a reset while the reader lags, whenever that happens.
    const fetching: Fetch = async () => {
      return {
        status: 200,
        headers: new Headers({ 'content-length': '10' }),
        body: (async function* () {
          yield Buffer.from('short')
        })(),
      }
    }

    const error = await catchError(async () =>
      readText(
        await makeTransport(fetching)({
          method: 'GET',
          url: new URL('http://host/'),
          headers: {},
          signal: undefined,
        }),
      ),
    )

    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toBe('Cannot GET http://host/: the body ended after 5 of 10 bytes')
  })

  it('calls a chunked body short that lacks its end', async () => {
    const server = await serveRaw((socket) =>
      socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    )

    expect(await catchError(async () => readText(await get(server.url)))).toBeInstanceOf(NetworkError)
  })

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a length that is none', 'HTTP/1.1 200 OK\r\nContent-Length: None\r\n\r\nhello'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'],
    ['half a header', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['a header without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`],
  ])('makes a NetworkError of %s', async (_, text) => {
    const server = await serveRaw((socket) => socket.end(text))

    expect(await catchError(() => get(server.url))).toBeInstanceOf(NetworkError)
  })
})

describe('createTransport(): bodies of answers', () => {
  it('hands compressed bytes over as they came', async () => {
    const zipped = gzipSync('hello')
    const server = await serveHttp((_, response) => response.setHeader('content-encoding', 'gzip').end(zipped))
    const chunks: Uint8Array[] = []

    for await (const chunk of (await get(server.url)).read()) chunks.push(chunk)

    expect(Buffer.concat(chunks).equals(zipped)).toBe(true)
  })

  it('expects no body in answer to HEAD', async () => {
    const server = await serveHttp((_, response) => response.setHeader('content-length', '1000').end())

    const response = await get(server.url, { method: 'HEAD' })

    expect(await readText(response)).toBe('')
    expect(response.header('content-length')).toBe('1000')
  })

  it('discards a long body by closing the connection', async () => {
    const closed = new Promise<void>((resolve) => {
      void serveHttp((_, response) => {
        response.once('close', resolve)
        const more = (): void =>
          void (response.write(Buffer.alloc(65536)) ? setImmediate(more) : response.once('drain', more))
        more()
      }).then(async ({ url }) => (await get(url)).discard())
    })

    await expect(closed).resolves.toBeUndefined()
  })

  it('discards a body that never comes after five seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const server = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'))
    const response = await get(server.url)

    const discarded = response.discard()
    await vi.advanceTimersByTimeAsync(5000)

    await expect(discarded).resolves.toBeUndefined()
  })
})

describe('createTransport(): bodies of requests', () => {
  it('lets an error of the source through as it is', async () => {
    const server = await serveHttp((_, response) => response.end())
    const broken = new Error('the disk is on fire')
    const body = stream(64, (index) => {
      if (index === 20) throw broken
    })

    expect(await catchError(() => get(server.url, { method: 'PUT', body }))).toBe(broken)
    expect(server.requests).toHaveLength(0)
  })

  it.each<[promise: string, size: number, actual: string]>([
    ['more', 100_000, '131072'],
    ['less', 200_000, '131072'],
  ])('refuses to send %s than the length that it announced', async (_, size, actual) => {
    const server = await serveHttp((_request, response) => response.end())
    const body = { ...stream(2), size }

    const error = await catchError(() => get(server.url, { method: 'PUT', body }))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error).toMatchObject({
      message: `Cannot send ${size} bytes: the content delivers ${actual}`,
      expected: String(size),
      actual,
      hint: 'The descriptor has another size than the bytes that open() delivers: correct one of the two.',
    })
    expect(server.requests).toHaveLength(0)
  })

  it('stops sending once an early answer was read', async () => {
    const server = await serveRaw((socket) => socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n'))
    let opened = 0
    const body = stream(100_000, () => void opened++)

    const response = await get(server.url, { method: 'PUT', body })
    await response.discard()

    expect(response.status).toBe(413)
    await eventually(() => expect(body.closed).toBe(1))
    expect(opened).toBeLessThan(100_000)
  })

  it('blames the connection, and not the source, for a connection that breaks', async () => {
    const server = await serveRaw((socket) => socket.resetAndDestroy())
    const body = stream(10_000)

    expect(await catchError(() => get(server.url, { method: 'PUT', body }))).toBeInstanceOf(NetworkError)
    await eventually(() => expect(body.closed).toBe(2))
  })
})

describe('createTransport(): signals', () => {
  const reason = { why: 'not even an Error' }

  it('sends nothing once the signal is aborted', async () => {
    const server = await serveHttp((_, response) => response.end())

    expect(await catchError(() => get(server.url, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(server.requests).toHaveLength(0)
  })

  it.each<[fetch: string, fetching: Fetch | undefined]>([
    ['node-fetch', undefined],
    ['the global fetch', globalFetch],
  ])(
    'throws the reason while a body is sent, while headers are awaited, while a body is read: %s',
    async (_, fetching) => {
      const silent = await serveRaw(() => {})
      const endless = await serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello'))
      const transport = makeTransport(fetching)
      const aborting = (): [AbortController, Pick<TransportRequest, 'method' | 'headers' | 'signal'>] => {
        const controller = new AbortController()
        return [controller, { method: 'GET', headers: {}, signal: controller.signal }]
      }

      const sending = await catchError(() => {
        const [controller, request] = aborting()
        const body = stream(1000, (index) => index === 3 && controller.abort(reason))
        return transport({ ...request, method: 'PUT', url: new URL(silent.url), body })
      })
      const waiting = await catchError(async () => {
        const [controller, request] = aborting()
        const answer = transport({ ...request, url: new URL(silent.url) })
        const heads = silent.heads.length
        void eventually(() => expect(silent.heads.length).toBeGreaterThan(heads)).then(() => controller.abort(reason))
        return answer
      })
      const reading = await catchError(async () => {
        const [controller, request] = aborting()
        const response = await transport({ ...request, url: new URL(endless.url) })
        for await (const _chunk of response.read()) controller.abort(reason)
      })

      expect([sending, waiting, reading]).toEqual([reason, reason, reason])
      expect([sending, waiting, reading].every((error: unknown) => error === reason)).toBe(true)
    },
  )
})

describe('createTransport(): a fetch of your own', () => {
  it('pushes and pulls 3 MiB by the global fetch', async () => {
    const registry = await startRegistry()
    onTestFinished(() => registry.close())
    const repository = new Repository(`${registry.host}/a`, { fetch: globalFetch })
    const content = bytesContent(randomBytes(3 * 1024 * 1024), { mediaType: 'application/octet-stream' })

    expect(await repository.put(content)).toBe('stored')
    const read = await readContent(repository.get(content.descriptor))

    expect(Buffer.from(read).equals(Buffer.from(await readContent(content)))).toBe(true)
    expect(registry.openSessions).toBe(0)
  })

  it('is called with redirect: manual, and decides nothing else', async () => {
    const inits: unknown[] = []
    const fetching: Fetch = async (url, init) => {
      inits.push(init.redirect)
      return globalFetch(url, init)
    }
    const server = await serveHttp((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())

    const response = await makeTransport(fetching)({
      method: 'GET',
      url: new URL(server.url),
      headers: {},
      signal: undefined,
    })

    expect(response.status).toBe(302)
    expect(inits).toEqual(['manual'])
  })
})
