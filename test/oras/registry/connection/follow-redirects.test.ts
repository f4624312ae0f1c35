import { afterEach, describe, expect, it } from 'vitest'
import { ContentMismatchError, RegistryError, UnsafeUrlError } from '../../../../src/oras/errors/oci-error.js'
import type { Fetch } from '../../../../src/oras/http/fetch.js'
import { readContent } from '../../../../src/oras/oci/content.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { fakeFetch, sendRequest } from '../../../support/fake-fetch.js'
import { randomContent } from '../../../support/make-artifact.js'
import { type ServedHost, serveHttp } from '../../../support/serve-http.js'

const USER = { username: 'robot', password: 's3cret' }

let registry: TestRegistry
afterEach(() => registry?.close())

const start = async (options: TestRegistryOptions = {}): Promise<void> => {
  registry = await startRegistry(options)
}

describe('followRedirects()', () => {
  const blob = randomContent(2_000_000)
  const redirecting = (location: (path: string) => string, status = 307): TestRegistryOptions => {
    return {
      auth: { scheme: 'basic', ...USER },
      intercept: ({ method, path, headers }) =>
        method === 'GET' && headers['authorization'] && path.includes('/blobs/')
          ? { status, headers: { Location: location(path) } }
          : undefined,
    }
  }
  const open = (): Repository => new Repository(`${registry.host}/a`, { credentials: USER })
  const serveBlob = async (): Promise<ServedHost> => {
    const bytes = await readContent(blob)
    return serveHttp((_, response) => response.end(bytes))
  }

  it.each([301, 302, 303, 307, 308])('follows %i to another host, without the credentials', async (status) => {
    const cdn = await serveBlob()
    await start(redirecting(() => `${cdn.url}/blob?sig=a%2Fb`, status))

    const bytes = await readContent(open().get(blob.descriptor))

    expect(Buffer.from(bytes).equals(Buffer.from(await readContent(blob)))).toBe(true)
    expect(cdn.requests).toHaveLength(1)
    expect(cdn.requests[0]?.path).toBe('/blob?sig=a%2Fb')
    expect(cdn.requests[0]?.headers).not.toHaveProperty('authorization')
    expect(cdn.requests[0]?.headers).not.toHaveProperty('cookie')
  })

  it('checks what comes from there', async () => {
    const cdn = await serveHttp((_, response) => response.end(Buffer.alloc(blob.descriptor.size)))
    await start(redirecting(() => cdn.url))

    expect(await catchError(() => readContent(open().get(blob.descriptor)))).toBeInstanceOf(ContentMismatchError)
  })

  it('keeps the credentials at its own origin', async () => {
    await start({
      auth: { scheme: 'basic', ...USER },
      intercept: ({ method, path, headers }) =>
        method === 'GET' && headers['authorization'] && path.includes('/v2/a/')
          ? { status: 302, headers: { Location: path.replace('/v2/a/', '/v2/b/') } }
          : undefined,
    })
    await new Repository(`${registry.host}/b`, { credentials: USER }).put(blob)

    expect(await readContent(open().get(blob.descriptor))).toHaveLength(blob.descriptor.size)
  })

  it('gives no credentials back to the registry once a download has left it', async () => {
    await start(redirecting((path) => `${cdn.url}${path}`))
    const cdn = await serveHttp((request, response) =>
      response.writeHead(302, { location: `${registry.url}${request.path}` }).end(),
    )
    await new Repository(`${registry.host}/a`, { credentials: USER }).put(blob)
    registry.clearRequests()

    await catchError(() => readContent(open().get(blob.descriptor)))

    expect(cdn.requests).toHaveLength(1)
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual(['none', 'basic', 'none'])
  })

  it('follows five redirects and no more', async () => {
    await start(redirecting((path) => path))

    const error = await catchError(() => readContent(open().get(blob.descriptor)))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe(`Cannot read ${blob.descriptor.digest} from ${registry.host}/a: more than 5 redirects`)
    expect(registry.requests).toHaveLength(7)
  })

  it('never goes from https to http', async () => {
    const { fetch, sent } = fakeFetch(() => ({ status: 302, headers: { location: 'http://cdn.example/?sig=s3cret' } }))

    const error = await catchError(() => sendRequest('registry.example', { fetch }))

    expect(error).toBeInstanceOf(UnsafeUrlError)
    expect(error.message).toBe(
      'Cannot follow the redirect to http://cdn.example/?sig=REDACTED: it leads from https to http',
    )
    expect(sent).toHaveLength(1)
  })

  it('takes the default port for none, and another scheme for another origin', async () => {
    const { fetch, sent } = fakeFetch((url) => {
      if (url.pathname.endsWith('/x')) return { status: 401, headers: { 'www-authenticate': 'Basic' } }
      return { status: 200 }
    })
    const redirect: Fetch = async (url, init) => {
      const response = await fetch(url, init)
      if (init.headers['authorization'] === undefined || !url.endsWith('/x')) return response
      return { ...response, status: 302, headers: new Headers({ location: 'https://registry.example:443/v2/y' }) }
    }

    await sendRequest('registry.example', { fetch: redirect, credentials: USER })
    await sendRequest('registry.example', { fetch: redirect, credentials: USER, plainHttp: true })

    expect(sent.map(({ url, authorization }) => [url, authorization !== undefined])).toEqual([
      ['https://registry.example/v2/a/blobs/x', false],
      ['https://registry.example/v2/a/blobs/x', true],
      ['https://registry.example/v2/y', true],
      ['http://registry.example/v2/a/blobs/x', false],
      ['http://registry.example/v2/a/blobs/x', true],
      ['https://registry.example/v2/y', false],
    ])
  })

  it.each(['POST', 'PUT', 'DELETE'])('does not follow the redirect of a %s', async (method) => {
    const { fetch, sent } = fakeFetch(() => ({ status: 307, headers: { location: 'https://other.example/' } }))

    const error = await catchError(() => sendRequest('registry.example', { fetch }, { method }))

    expect(sent).toHaveLength(1)
    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe('Cannot try: the registry answered 307')
    expect(error.hint).toBe('A redirect of this request is not followed: use the address that the answer points to.')
  })

  it('refuses a redirect that names no address', async () => {
    const { fetch } = fakeFetch(() => ({ status: 302 }))

    expect((await catchError(() => sendRequest('registry.example', { fetch }))).message).toBe(
      'Cannot try: the registry answered 302',
    )
  })
})
