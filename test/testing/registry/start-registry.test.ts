/** The embedded registry as a whole: its options, its log and its end. */
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  startRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../src/testing/registry/start-registry.js'
import { answerInWaves } from '../../support/answer-in-waves.js'
import { eventually } from '../../support/eventually.js'
import { BLOB, BLOB_DIGEST, MANIFEST_DIGEST, send, startFilledRegistry } from '../../support/call.js'

const withRegistry = (options: TestRegistryOptions, use: (registry: TestRegistry) => Promise<void>) => async () => {
  const registry = await startFilledRegistry(options)
  try {
    await use(registry)
  } finally {
    await registry.close()
  }
}

describe('where it listens', () => {
  test('it takes a free port of 127.0.0.1 by default', async () => {
    const registry = await startRegistry()
    expect(registry).toMatchObject({ host: `127.0.0.1:${registry.port}`, url: `http://127.0.0.1:${registry.port}` })
    await registry.close()

    // Another process may take a port that was released.
    const again = await eventually(async () => {
      const former = await startRegistry()
      await former.close()
      return startRegistry({ port: former.port, host: 'localhost' })
    })
    expect(again.host).toBe(`localhost:${again.port}`)
    expect((await send(again, { path: '' })).status).toBe(200)
    await expect(startRegistry({ port: again.port, host: 'localhost' })).rejects.toThrow('EADDRINUSE')
    await again.close()
  })

  test(
    'the base answers with and without its slash, and other paths do not',
    withRegistry({}, async (registry) => {
      for (const [path, expected] of [
        ['/v2/', 200],
        ['/v2', 200],
        ['/', 404],
        ['/v1/', 404],
        ['/v2/a', 404],
        ['/v2/%zz/tags/list', 400],
      ] as const) {
        expect([path, (await send(registry, { path })).status]).toEqual([path, expected])
      }
      expect((await send(registry, { method: 'POST', path: '/v2/' })).status).toBe(405)
    }),
  )
})

test(
  'its contents can be inspected',
  withRegistry({}, async (registry) => {
    expect(registry.repositories()).toEqual(['charts/one'])
    expect(registry.tags('charts/one')).toEqual({ '1.0.0': MANIFEST_DIGEST, latest: MANIFEST_DIGEST })
    expect(registry.manifests('charts/one')).toEqual([MANIFEST_DIGEST])
    expect(registry.blobs('charts/one')).toContain(BLOB_DIGEST)
    expect([registry.tags('none'), registry.blobs('none'), registry.manifests('none')]).toEqual([{}, [], []])
  }),
)

describe('the log', () => {
  test(
    'contains requests and answers, and no secrets',
    withRegistry({}, async (registry) => {
      const path = `charts/one/blobs/uploads/?digest=${BLOB_DIGEST}`
      await send(registry, { method: 'POST', path, body: BLOB, headers: { Authorization: 'Basic c2VjcmV0' } })
      await send(registry, { path: `charts/one/blobs/${BLOB_DIGEST}`, headers: { Authorization: 'bearer secret' } })
      await send(registry, { method: 'HEAD', path: `charts/one/blobs/${BLOB_DIGEST}` })

      expect(registry.requests).toMatchObject([
        { method: 'POST', path: `/v2/${path}`, status: 201, bytesIn: 1000, bytesOut: 0, authorization: 'basic' },
        { method: 'GET', status: 200, bytesIn: 0, bytesOut: 1000, authorization: 'bearer' },
        { method: 'HEAD', status: 200, bytesIn: 0, bytesOut: 0, authorization: 'none' },
      ])
      expect(JSON.stringify(registry.requests)).not.toMatch(/secret|c2VjcmV0/)
      for (const { start, end } of registry.requests) expect(end).toBeGreaterThanOrEqual(start)
      registry.clearRequests()
      expect(registry.requests).toEqual([])
    }),
  )

  test(
    'counts waves: simultaneous requests share one, and requests that waited belong to a later one',
    withRegistry({ intercept: answerInWaves() }, async (registry) => {
      const ping = (): Promise<unknown> => send(registry, { path: '' })
      await Promise.all([ping(), ping(), ping()])
      await ping()
      await Promise.all([ping(), ping()])
      expect(registry.requests.map(({ wave }) => wave)).toEqual([1, 1, 1, 2, 3, 3])
    }),
  )

  test('starts again after clearRequests(), whatever requests are open', async () => {
    let answerSlow = (): void => {}
    const registry = await startRegistry({
      intercept: ({ path }) =>
        path === '/slow' ? new Promise((resolve) => (answerSlow = () => resolve({ status: 200 }))) : undefined,
    })
    const slow = send(registry, { path: '/slow' })
    await expect.poll(() => registry.requests.length).toBe(1)

    registry.clearRequests()
    answerSlow()
    await slow
    await send(registry, { path: '' })

    expect(registry.requests.map(({ path, wave }) => [path, wave])).toEqual([['/v2/', 1]])
    await registry.close()
  })

  test(
    'contains a request as soon as it arrives, while delay holds back the answer',
    withRegistry({ delay: 50 }, async (registry) => {
      const answer = send(registry, { path: '' })
      await eventually(() => expect(registry.requests).toHaveLength(1))
      expect(registry.requests[0]).toMatchObject({ status: undefined, end: undefined })
      await answer
      const [entry] = registry.requests
      expect((entry?.end ?? 0) - (entry?.start ?? 0)).toBeGreaterThanOrEqual(49)
    }),
  )
})

describe('intercept', () => {
  test(
    'sends its answer instead, or lets the registry answer',
    withRegistry(
      {
        intercept: ({ method, path, headers }) =>
          path.startsWith('/v2/hostile/')
            ? {
                status: 401,
                headers: { 'WWW-Authenticate': ['Negotiate', 'BASIC'] },
                body: `${method} ${headers['x-a']}`,
              }
            : undefined,
      },
      async (registry) => {
        const headers = { 'X-A': 'b' }
        const hostile = await send(registry, { method: 'PUT', path: 'hostile/x?y=z', headers, body: BLOB })
        expect(hostile).toMatchObject({ status: 401, text: 'PUT b' })
        expect(hostile.headers.get('www-authenticate')).toBe('Negotiate, BASIC')
        expect((await send(registry, { path: 'charts/one/tags/list' })).status).toBe(200)
        expect(registry.requests).toMatchObject([{ status: 401, bytesOut: 5 }, { status: 200 }])
      },
    ),
  )

  test(
    'may wait, send bytes, break off in the middle, or reset the connection',
    withRegistry(
      {
        intercept: async ({ path }) => {
          await Promise.resolve()
          if (path === '/bytes') return { status: 200, body: new Uint8Array([1, 2]) }
          if (path === '/reset') return { reset: true }
          if (path === '/short')
            return { status: 200, headers: { 'Content-Length': '9', Connection: 'close' }, body: 'x' }
          if (path === '/throws') throw new Error('a mistake in a test')
          return undefined
        },
      },
      async (registry) => {
        expect((await send(registry, { path: '/bytes' })).text).toBe('\u0001\u0002')
        await expect(send(registry, { path: '/reset' })).rejects.toThrow('fetch failed')
        await expect(send(registry, { path: '/short' })).rejects.toThrow('terminated')
        expect(await send(registry, { path: '/throws' })).toMatchObject({
          status: 500,
          text: expect.stringContaining('a mistake in a test'),
        })
        expect(registry.requests.map(({ status }) => status)).toEqual([200, undefined, 200, 500])
      },
    ),
  )
})

test('close() breaks open connections and leaves nothing running', async () => {
  const registry = await startRegistry({ delay: 60_000 })
  const idle = connect(registry.port, '127.0.0.1')
  idle.on('error', () => {})
  await new Promise((resolve) => idle.once('connect', resolve))
  const hanging = expect(send(registry, { path: '' })).rejects.toThrow('fetch failed')
  await expect.poll(() => registry.requests.length).toBe(1)

  await registry.close()
  expect(process.getActiveResourcesInfo()).not.toContain('TCPServerWrap')
  await registry.close()

  await hanging
  if (!idle.closed) await new Promise((resolve) => idle.once('close', resolve))
  await eventually(() =>
    expect(process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind))).toEqual([]),
  )
  await expect(send(registry, { path: '' })).rejects.toThrow('fetch failed')
})

describe('startRegistry() on all addresses', () => {
  test('returns an address that can be reached', async () => {
    const registry = await startRegistry({ host: '0.0.0.0' })

    expect(registry.host).toBe(`127.0.0.1:${registry.port}`)
    expect((await fetch(`${registry.url}/v2/`)).status).toBe(200)
    await registry.close()
  })
})
