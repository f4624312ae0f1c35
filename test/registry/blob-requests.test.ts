import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { ContentMismatchError, NotFoundError, RegistryError } from '../../src/errors.js'
import { readContent } from '../../src/oci/content.js'
import { digestOf } from '../../src/oci/digest.js'
import { Repository } from '../../src/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../src/testing/index.js'
import { catchError } from '../catch-error.js'
import { randomContent } from '../make-artifact.js'
import { serveHttp } from '../serve-http.js'

const blob = randomContent(2_000_000)
const { digest } = blob.descriptor

let registry: TestRegistry
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

  it.each([204, 206, 400, 403, 405, 429, 500])('does not take %i for an answer', async (status) => {
    const repository = await start({ intercept: () => ({ status }) })

    const error = await catchError(() => repository.has(blob.descriptor))

    expect(error.message).toBe(`Cannot look for blob ${digest} in ${registry.host}/a: the registry answered ${status}`)
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

  it('says what is missing where', async () => {
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

  it('asks for manifests where manifests are, by their own type', async () => {
    const accepted: unknown[] = []
    const mediaType = 'application/vnd.oci.image.manifest.v1+json'
    const repository = await start({
      intercept: ({ path, headers }) => {
        accepted.push([path, headers['accept']])
        return { status: 200, body: '{}' }
      },
    })

    await readContent(repository.get({ mediaType, digest: digestOf(Buffer.from('{}')), size: 2 }))

    expect(accepted).toEqual([[`/v2/a/manifests/${digestOf(Buffer.from('{}'))}`, mediaType]])
  })
})
