import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { ContentMismatchError, RegistryError, UnsafeUrlError } from '../../../../src/oras/errors/oci-error.js'
import { readContent } from '../../../../src/oras/oci/content.js'
import type { ConnectionOptions } from '../../../../src/oras/registry/connection/connection-options.js'
import {
  type ClientRequest,
  type ClientResponse,
  RegistryClient,
} from '../../../../src/oras/registry/connection/registry-client.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import type { Fetch } from '../../../../src/oras/http/fetch.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { randomContent } from '../../../support/make-artifact.js'
import { type ServedHost, serveHttp } from '../../../support/serve-http.js'

const USER = { username: 'robot', password: 's3cret' }

let registry: TestRegistry
afterEach(() => registry?.close())

const start = async (options: TestRegistryOptions = {}): Promise<void> => {
  registry = await startRegistry(options)
}

/** Answers by the path of the URL, and records where requests went; nothing leaves the process. */
function fakeFetch(answer: (url: URL) => { status: number; headers?: Record<string, string> }): {
  fetch: Fetch
  sent: { url: string; method: string; authorization: string | undefined }[]
} {
  const sent: { url: string; method: string; authorization: string | undefined }[] = []
  const fetching: Fetch = async (url, { method, headers }) => {
    sent.push({ url, method, authorization: headers['authorization'] })
    const { status, headers: given = {} } = answer(new URL(url))
    return { status, headers: new Headers(given), body: null }
  }
  return { fetch: fetching, sent }
}

const send = (
  registryHost: string,
  options: ConnectionOptions,
  request: Partial<ClientRequest> = {},
): Promise<ClientResponse> =>
  new RegistryClient(registryHost, 'a', options).send({
    method: 'GET',
    url: 'blobs/x',
    action: 'try',
    expect: [200],
    scopes: [],
    signal: undefined,
    ...request,
  })

describe('RegistryClient: addresses', () => {
  it.each<[host: string, plainHttp: boolean | undefined, url: string]>([
    ['localhost', undefined, 'http://localhost/'],
    ['LOCALHOST:5000', undefined, 'http://localhost:5000/'],
    ['127.0.0.1:5000', undefined, 'http://127.0.0.1:5000/'],
    ['127.8.8.8', undefined, 'http://127.8.8.8/'],
    ['[::1]:5000', undefined, 'http://[::1]:5000/'],
    ['10.0.0.1:5000', undefined, 'https://10.0.0.1:5000/'],
    ['ghcr.io', undefined, 'https://ghcr.io/'],
    ['localhost.example', undefined, 'https://localhost.example/'],
    ['ghcr.io:443', undefined, 'https://ghcr.io/'],
    ['localhost:5000', false, 'https://localhost:5000/'],
    ['ghcr.io', true, 'http://ghcr.io/'],
    ['ghcr.io', false, 'https://ghcr.io/'],
  ])('reaches %s with plainHttp: %s at %s', async (host, plainHttp, url) => {
    const { fetch, sent } = fakeFetch(() => ({ status: 200 }))

    await send(host, { fetch, ...(plainHttp !== undefined && { plainHttp }) })

    expect(sent.map((request) => request.url)).toEqual([`${url}v2/a/blobs/x`])
  })

  it('writes tags and digests as references', () => {
    const client = new RegistryClient('host:5000', 'a/b', {})

    expect([client.format('v1'), client.format('sha256:00')]).toEqual(['host:5000/a/b:v1', 'host:5000/a/b@sha256:00'])
  })
})

describe('RegistryClient: redirects', () => {
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

    const error = await catchError(() => send('registry.example', { fetch }))

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

    await send('registry.example', { fetch: redirect, credentials: USER })
    await send('registry.example', { fetch: redirect, credentials: USER, plainHttp: true })

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

    const error = await catchError(() => send('registry.example', { fetch }, { method }))

    expect(sent).toHaveLength(1)
    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe('Cannot try: the registry answered 307')
    expect(error.hint).toBe('This kind of request is not redirected: use the address that the answer points to.')
  })

  it('refuses a redirect that names no address', async () => {
    const { fetch } = fakeFetch(() => ({ status: 302 }))

    expect((await catchError(() => send('registry.example', { fetch }))).message).toBe(
      'Cannot try: the registry answered 302',
    )
  })
})

describe('RegistryClient: a challenge that cannot be answered', () => {
  it.each([
    ['a realm that is not safe', 'Bearer realm="http://10.0.0.1/token"', 'anonymous' as const],
    ['a login that nobody finds', 'Basic realm="x"', () => Promise.reject(new Error('the vault is closed'))],
  ])('closes the connection: %s', async (_, challenge, credentials) => {
    let closed: Promise<unknown> = Promise.reject(new Error('nobody asked'))
    closed.catch(() => {})
    const server = await serveHttp((_request, response) => {
      closed = once(response, 'close')
      // An answer that never ends.
      response.writeHead(401, { 'content-length': 1_000_000, 'www-authenticate': challenge }).write('x')
    })

    await catchError(() => new Repository(`${server.host}/a`, { credentials }).fetchManifest('latest'))

    await closed
  })
})

describe('RegistryClient: answers', () => {
  it.each(['HEAD', 'PUT', 'POST'])('takes a web page for no answer to %s, whatever its status', async (method) => {
    const { fetch } = fakeFetch(() => ({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } }))

    const error = await catchError(() => send('registry.example', { fetch }, { method }))

    expect(error).toBeInstanceOf(RegistryError)
    expect(error.message).toBe('Cannot try: the answer is a web page')
    expect(error.hint).toBe('This does not look like an OCI registry: check the host, the port and proxies on the way.')
  })

  it('leaves the type of a blob that is read to its digest', async () => {
    const { fetch } = fakeFetch(() => ({ status: 200, headers: { 'content-type': 'text/html' } }))

    expect((await send('registry.example', { fetch })).status).toBe(200)
  })
})
