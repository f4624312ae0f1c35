import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ContentMismatchError, RegistryError, UnsafeUrlError } from '../../../../src/oras/errors/oci-error.js'
import { checkedContent, type Content } from '../../../../src/oras/oci/content.js'
import { digestOf } from '../../../../src/oras/oci/digest.js'
import { Repository, type RepositoryOptions } from '../../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { eventually } from '../../../support/eventually.js'
import { randomContent } from '../../../support/make-artifact.js'
import { serveHttp } from '../../../support/serve-http.js'
import { skipWaiting } from '../../../support/skip-waiting.js'

const SMALL = 64 * 1024
const LARGE = SMALL + 1

let registry: TestRegistry
afterEach(() => registry?.close())

const start = async (options: TestRegistryOptions = {}): Promise<void> => {
  registry = await startRegistry(options)
}
const open = (name = 'a', options: RepositoryOptions = {}): Repository =>
  new Repository(`${registry.host}/${name}`, { access: 'push', retry: false, credentials: 'anonymous', ...options })
/** What was asked for, in the order of arrival: `POST mount`, `POST`, `HEAD`, `PUT`, `DELETE`. */
const plan = (): readonly string[] =>
  registry.requests.map(({ method, path }) => (path.includes('mount=') ? `${method} mount` : method))
const isMount = (path: string): boolean => path.includes('mount=')

/** A content that calls back when its first chunk is asked for, and then delivers nothing. */
function stuck(size: number, onOpen: () => void): Content {
  const descriptor = { mediaType: 'x/y', digest: digestOf(Buffer.from('stuck')), size }
  return checkedContent(descriptor, async function* (signal) {
    yield Buffer.alloc(1024 * 1024)
    onOpen()
    if (signal && !signal.aborted) await once(signal, 'abort')
    signal?.throwIfAborted()
  })
}

describe('uploadBlob(): what it asks', () => {
  it('tries to mount a small blob, and sends it in the session that declining opened', async () => {
    await start()
    const content = randomContent(SMALL)

    expect(await open().put(content)).toBe('stored')

    expect(plan()).toEqual(['POST mount', 'PUT'])
    expect(registry.requests[0]?.path).toBe(`/v2/a/blobs/uploads/?mount=${content.descriptor.digest}&from=a`)
    expect(registry.blobs('a')).toEqual([content.descriptor.digest])
    expect(registry.openSessions).toBe(0)
  })

  it('asks for a large blob beside that', async () => {
    await start()

    expect(await open().put(randomContent(LARGE))).toBe('stored')

    expect(plan().toSorted()).toEqual(['HEAD', 'POST mount', 'PUT'])
    expect(registry.openSessions).toBe(0)
  })

  it.each([1, SMALL, LARGE])('sends nothing of a blob of %i bytes that the repository has', async (size) => {
    await start()
    const content = randomContent(size)
    await open().put(content)
    registry.clearRequests()

    expect(await open().put(content)).toBe('exists')
    expect(registry.requests.map(({ bytesIn }) => bytesIn)).toEqual(registry.requests.map(() => 0))
    expect(plan()).not.toContain('PUT')
  })

  it('mounts from another repository', async () => {
    await start()
    const content = randomContent(LARGE)
    await open('b/c').put(content)
    registry.clearRequests()

    expect(await open().put(content, { mountFrom: ['b/c'] })).toBe('exists')
    expect(registry.requests.find(({ path }) => isMount(path))?.path).toContain('&from=b%2Fc')
    expect(registry.blobs('a')).toEqual([content.descriptor.digest])
    expect(plan()).not.toContain('PUT')
  })

  it('tries all repositories, and stops at the one that has it', async () => {
    await start()
    const content = randomContent(10)
    await open('c').put(content)
    registry.clearRequests()

    expect(await open().put(content, { mountFrom: ['b', 'c', 'd'] })).toBe('exists')
    expect(plan()).toEqual(['POST mount', 'POST mount', 'DELETE'])
    expect(registry.openSessions).toBe(0)
  })

  it('sends the blob if none has it, once, and closes the sessions that are left over', async () => {
    await start()
    const content = randomContent(10)

    expect(await open().put(content, { mountFrom: ['b', 'c'] })).toBe('stored')
    expect(plan().filter((each) => each === 'PUT')).toEqual(['PUT'])
    expect(registry.openSessions).toBe(0)
  })

  it('asks first and mounts nothing with mountFrom: false', async () => {
    await start()
    const content = randomContent(10)

    expect(await open().put(content, { mountFrom: false })).toBe('stored')
    expect(await open().put(content, { mountFrom: false })).toBe('exists')
    expect(plan()).toEqual(['HEAD', 'POST', 'PUT', 'HEAD'])
  })

  it.each([400, 401, 403, 404, 405, 409, 500])(
    'asks and uploads plainly after a mount was answered with %i',
    async (status) => {
      await start({ intercept: ({ path }) => (isMount(path) ? { status } : undefined) })
      const [small, large] = [randomContent(10), randomContent(LARGE)]

      expect(await open().put(small)).toBe('stored')
      expect(plan()).toEqual(['POST mount', 'HEAD', 'POST', 'PUT'])
      expect(await open().put(small)).toBe('exists')
      expect(await open().put(large)).toBe('stored')

      expect(registry.blobs('a')).toEqual([small.descriptor.digest, large.descriptor.digest].toSorted())
      expect(registry.openSessions).toBe(0)
    },
  )

  it('opens one session for each upload', async () => {
    await start()

    await open().put(randomContent(10))
    await open().put(randomContent(2_000_000))
    await open().put(randomContent(10), { mountFrom: false })

    expect(plan().filter((each) => each.startsWith('POST'))).toHaveLength(3)
    expect(plan().filter((each) => each === 'PUT')).toHaveLength(3)
  })
})

describe('uploadBlob(): a registry that never mounts', () => {
  it('is sent no blob over 64 KiB twice', async () => {
    await start({ mounting: false })
    const content = randomContent(LARGE)
    await open().put(content)
    registry.clearRequests()

    expect(await open().put(content)).toBe('exists')
    expect(plan().toSorted()).toEqual(['DELETE', 'HEAD', 'POST mount'])
    expect(registry.openSessions).toBe(0)
  })

  it('is asked first by this Repository from then on', async () => {
    await start({ mounting: false })
    const content = randomContent(LARGE)
    const repository = open()
    await repository.put(content)
    await repository.put(content)
    registry.clearRequests()

    await repository.put(content)
    await repository.put(randomContent(LARGE))
    await repository.put(randomContent(10))

    expect(plan()).toEqual(['HEAD', 'HEAD', 'POST', 'PUT', 'HEAD', 'POST', 'PUT'])
  })

  it('is not thought to be one because another repository lacks the blob', async () => {
    await start()
    const content = randomContent(LARGE)
    const repository = open()
    await repository.put(content)
    await repository.put(content, { mountFrom: ['b'] })
    registry.clearRequests()

    await repository.put(randomContent(10))

    expect(plan()).toEqual(['POST mount', 'PUT'])
  })
})

describe('uploadBlob(): what it sends', () => {
  it.each([0, 1, 1024 * 1024, 1024 * 1024 + 1, 3_333_333])(
    'sends %i bytes as they are, with their length',
    async (size) => {
      const lengths: unknown[] = []
      await start({
        intercept: ({ method, headers }) =>
          method === 'PUT'
            ? void lengths.push([headers['content-length'], headers['transfer-encoding'], headers['content-type']])
            : undefined,
      })
      const content = randomContent(size)

      expect(await open().put(content)).toBe('stored')

      expect(registry.blobs('a')).toEqual([content.descriptor.digest])
      expect(lengths).toEqual([[String(size), undefined, 'application/octet-stream']])
    },
  )

  it('announces that a POST has no body', async () => {
    const lengths: unknown[] = []
    await start({
      intercept: ({ method, headers }) =>
        method === 'POST' ? void lengths.push(headers['content-length']) : undefined,
    })

    await open().put(randomContent(1))
    await open().put(randomContent(1), { mountFrom: false })

    expect(lengths).toEqual(['0', '0'])
  })

  it.each([
    ['/u/1', '/u/1?digest='],
    ['/u/1?', '/u/1?&digest='],
    ['/u/1?_state=a%2Fb+c==&x=%20', '/u/1?_state=a%2Fb+c==&x=%20&digest='],
    ['/u/1?digest=sha256:0&a=%C3%A4', '/u/1?digest=sha256:0&a=%C3%A4&digest='],
    ['/u/1?a=1#fragment', '/u/1?a=1&digest='],
    ['../1?a', '/v2/a/blobs/1?a&digest='],
    ['//HOST/u/1', '/u/1?digest='],
    ['http://HOST/u/1?a=1', '/u/1?a=1&digest='],
  ])('keeps the Location %s as it is, with the digest behind it', async (location, path) => {
    await start({
      intercept: ({ method, headers }) =>
        method === 'POST'
          ? {
              status: 202,
              headers: { Location: location.replace('HOST', headers['host'] ?? '') },
            }
          : { status: 201 },
    })
    const content = randomContent(1)

    expect(await open().put(content)).toBe('stored')
    expect(registry.requests.at(-1)?.path).toBe(`${path}${content.descriptor.digest}`)
  })

  it.each([200, 201, 202, 204])('is done with %i', async (status) => {
    await start({ intercept: ({ method }) => (method === 'PUT' ? { status } : undefined) })

    expect(await open().put(randomContent(1))).toBe('stored')
  })
})

describe('uploadBlob(): what it refuses', () => {
  it('sends not one byte to a Location on another host', async () => {
    const other = await serveHttp((_, response) => response.writeHead(201).end())
    await start({
      auth: { scheme: 'basic', username: 'a', password: 'b' },
      intercept: ({ method, headers }) =>
        method === 'POST' && headers['authorization']
          ? { status: 202, headers: { Location: `${other.url}/u?s=s3cret` } }
          : undefined,
    })

    const error = await catchError(() =>
      open('a', { credentials: { username: 'a', password: 'b' } }).put(randomContent(LARGE)),
    )

    expect(error).toBeInstanceOf(UnsafeUrlError)
    expect(error.message).toBe(`Cannot upload to ${other.url}/u?s=REDACTED: it leaves ${registry.url}`)
    expect(other.requests).toEqual([])
  })

  it('sends the blob there if the host is trusted, but not the credentials', async () => {
    const other = await serveHttp((_, response) => response.writeHead(201).end())
    await start({
      auth: { scheme: 'basic', username: 'a', password: 'b' },
      intercept: ({ method, headers }) =>
        method === 'POST' && headers['authorization']
          ? { status: 202, headers: { Location: `${other.url}/u` } }
          : undefined,
    })
    const options = { credentials: { username: 'a', password: 'b' }, trustedHosts: [other.host] }

    expect(await open('a', options).put(randomContent(LARGE))).toBe('stored')
    expect(other.requests.map(({ body, headers }) => [body.length, headers.authorization])).toEqual([
      [LARGE, undefined],
    ])
  })

  it.each(['PUT', 'POST'])('refuses a %s that was answered with another digest', async (method) => {
    const stored = digestOf(Buffer.from('another'))
    await start({
      intercept: (request) =>
        request.method === method ? { status: 201, headers: { 'Docker-Content-Digest': stored } } : undefined,
    })
    const content = randomContent(1)

    const error = await catchError(() => open().put(content))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error).toMatchObject({
      expected: content.descriptor.digest,
      actual: stored,
      hint: 'Something changes the bytes that are sent: check proxies on the way, and the registry.',
    })
  })

  it('takes a digest by another algorithm, and one that is none, for no answer', async () => {
    await start({
      intercept: ({ method }) =>
        method === 'PUT'
          ? { status: 201, headers: { 'Docker-Content-Digest': `sha512:${'0'.repeat(128)}` } }
          : undefined,
    })

    expect(await open().put(randomContent(1))).toBe('stored')
  })

  it('wants a Location', async () => {
    await start({ intercept: ({ method }) => (method === 'POST' ? { status: 202 } : undefined) })
    const content = randomContent(1)

    const error = await catchError(() => open().put(content, { mountFrom: false }))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(
      `Cannot start the upload of blob ${content.descriptor.digest} to ${registry.host}/a: the answer has no header Location`,
    )
  })

  it.each([
    [10, 500],
    [10, 413],
    [2_000_000, 500],
    [2_000_000, 413],
    [2_000_000, 401],
  ])('cancels the session of %i bytes that were answered with %i', async (size, status) => {
    await start({ intercept: ({ method }) => (method === 'PUT' ? { status } : undefined) })

    const error = await catchError(() => open().put(randomContent(size)))

    expect(error.message).toContain(`the registry answered ${status}`)
    expect(plan().at(-1)).toBe('DELETE')
    expect(registry.openSessions).toBe(0)
  })

  it('cancels the session when the connection breaks', async () => {
    await start({ intercept: ({ method }) => (method === 'PUT' ? { reset: true } : undefined) })

    expect((await catchError(() => open().put(randomContent(2_000_000)))).code).toBe('ERR_NETWORK')
    expect(registry.openSessions).toBe(0)
  })

  it.each([10, 2_000_000])('cancels the session when the content of %i bytes is not what it says', async (size) => {
    await start()
    const { descriptor } = randomContent(size)
    const content = checkedContent(descriptor, async function* () {
      yield Buffer.alloc(size)
    })

    expect(await catchError(() => open().put(content))).toBeInstanceOf(ContentMismatchError)
    expect(registry.blobs('a')).toEqual([])
    expect(registry.openSessions).toBe(0)
  })

  it('passes the error of the content on, although cancelling fails too', async () => {
    await start({ intercept: ({ method }) => (method === 'DELETE' ? { status: 500 } : undefined) })
    const broken = new Error('the disk is on fire')
    const content = checkedContent(randomContent(2_000_000).descriptor, async function* () {
      yield Buffer.alloc(10)
      throw broken
    })

    expect(await catchError(() => open().put(content))).toBe(broken)
  })
})

describe('uploadBlob(): when it is cancelled', () => {
  const reason = new Error('enough')
  beforeEach(skipWaiting)

  it('sends nothing for a signal that was aborted before', async () => {
    await start()

    expect(await catchError(() => open().put(randomContent(1), { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(registry.requests).toEqual([])
  })

  it.each([
    ['a mount', 10, undefined],
    ['a mount and a HEAD', LARGE, undefined],
    ['a plain POST', 10, false],
  ] as const)('closes the session that %s in flight opens', async (_, size, mountFrom) => {
    const controller = new AbortController()
    await start({
      intercept: ({ method }) => {
        if (method === 'POST') queueMicrotask(() => controller.abort(reason))
        return undefined
      },
    })

    const error = await catchError(() =>
      open().put(randomContent(size), { mountFrom, signal: controller.signal } as object),
    )

    expect(error).toBe(reason)
    expect(plan()).toContain('DELETE')
    expect(plan()).not.toContain('PUT')
    expect(registry.openSessions).toBe(0)
  })

  it('closes the session of a PUT in flight', async () => {
    await start()
    const controller = new AbortController()

    const error = await catchError(() =>
      open().put(
        stuck(3 * 1024 * 1024, () => controller.abort(reason)),
        { signal: controller.signal },
      ),
    )

    expect(error).toBe(reason)
    expect(registry.openSessions).toBe(0)
    expect(registry.blobs('a')).toEqual([])
  })

  it('does not wait for a registry that answers nothing', async () => {
    const controller = new AbortController()
    await start({
      intercept: ({ method }) => {
        if (method !== 'PUT') return undefined
        queueMicrotask(() => controller.abort(reason))
        return new Promise(() => {})
      },
    })

    expect(await catchError(() => open().put(randomContent(10), { signal: controller.signal }))).toBe(reason)
    await eventually(() => expect(registry.openSessions).toBe(0))
  })
})
