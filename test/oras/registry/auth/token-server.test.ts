/** Token servers that redirect, that answer 201, and that give refresh tokens. */
import { inspect } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { RegistryError, UnauthorizedError, UnsafeUrlError } from '../../../../src/oras/errors/oci-error.js'
import { digestOf } from '../../../../src/oras/oci/digest.js'
import { Repository, type RepositoryOptions } from '../../../../src/oras/registry/repository.js'
import {
  type Answer,
  startRegistry,
  type TestRegistry,
  type TestRegistryAuth,
  type TestRegistryOptions,
} from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { randomContent } from '../../../support/make-artifact.js'
import { serveHttp } from '../../../support/serve-http.js'

const USER = { username: 'robot', password: 'pässword-s3cret' }
const BASIC = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString('base64')}`
const REFRESH = 'refresh-s3cret'
const missingBlob = { mediaType: 'x/y', digest: digestOf(Buffer.from('missing')), size: 7 }

let registry: TestRegistry
afterEach(() => registry?.close())

const start = async (auth: Partial<TestRegistryAuth> = {}, more: TestRegistryOptions = {}): Promise<void> => {
  registry = await startRegistry({ auth: { scheme: 'bearer', ...USER, ...auth }, ...more })
}
const open = (options: RepositoryOptions = {}): Repository =>
  new Repository(`${registry.host}/a`, { credentials: USER, ...options })
const tokenRequests = (): readonly string[] =>
  registry.requests
    .filter(({ path }) => path.startsWith('/token'))
    .map(({ method, path, authorization, status }) => `${method} ${path.split('?')[0]} ${authorization} ${status}`)
const challenge = (realm: string): Answer => {
  return { status: 401, headers: { 'WWW-Authenticate': `Bearer realm="${realm}",service="s"` } }
}

describe('a token server that redirects', () => {
  it('to itself is followed, with the login and the query', async () => {
    await start({ tokenRedirect: '/token/' })

    expect(await open().has(missingBlob)).toBe(false)
    expect(tokenRequests()).toEqual(['GET /token basic 307', 'GET /token/ basic 200'])
  })

  it('gets the body of a POST again', async () => {
    await start({ tokenRedirect: '/token/', identityToken: 'identity' })

    expect(await open({ credentials: { identityToken: 'identity' } }).has(missingBlob)).toBe(false)
    expect(tokenRequests()).toEqual(['POST /token none 307', 'POST /token/ none 200'])
  })

  it.each([301, 302, 303, 307, 308])('is followed with status %i, and nothing else changes', async (status) => {
    const auth = await serveHttp(({ path }, response) => {
      if (path.startsWith('/x')) response.end('{"token":"t"}')
      else response.writeHead(status, { location: 'x?a=b' }).end()
    })
    await start(
      {},
      {
        intercept: ({ headers }) =>
          headers['authorization'] === 'Bearer t' ? { status: 404 } : challenge(`${auth.url}/token`),
      },
    )

    expect(await open().has(missingBlob)).toBe(false)
    expect(auth.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /token?service=s&scope=repository%3Aa%3Apull',
      'GET /x?a=b',
    ])
    expect(auth.requests.map(({ headers }) => headers.authorization)).toEqual([BASIC, BASIC])
  })

  it('to another origin is refused, and nothing is sent there', async () => {
    const other = await serveHttp((_, response) => response.end('{"token":"t"}'))
    await start({ tokenRedirect: `${other.url}/token` })

    const error = await catchError(() => open({ trustedHosts: [other.host] }).has(missingBlob))

    expect(error).toBeInstanceOf(UnsafeUrlError)
    expect(error.message).toContain(`Cannot follow the redirect of the token server to ${other.url}/token`)
    expect(error.message).toContain(`: it leaves ${registry.url}`)
    expect(other.requests).toEqual([])
  })

  it('without end is given up after five redirects', async () => {
    await start({}, { intercept: ({ path }) => (path.startsWith('/token') ? again : undefined) })
    const again = { status: 307, headers: { Location: '/token' } }

    expect(await catchError(() => open().has(missingBlob))).toBeInstanceOf(RegistryError)
    expect(tokenRequests()).toHaveLength(6)
  })

  it('gets no GET in place of a POST that holds the login', async () => {
    await start(
      { identityToken: 'identity' },
      {
        intercept: ({ path }) =>
          path.startsWith('/token') ? { status: 303, headers: { Location: '/token/' } } : undefined,
      },
    )

    expect(
      await catchError(() => open({ credentials: { identityToken: 'identity' } }).has(missingBlob)),
    ).toBeInstanceOf(RegistryError)
    expect(tokenRequests()).toEqual(['POST /token none 303'])
  })
})

it('takes a token that comes with status 201', async () => {
  await start({ tokenStatus: 201 })

  expect(await open().has(missingBlob)).toBe(false)
})

describe('a refresh token that a token server gives', () => {
  it('is sent for later tokens, in place of the password', async () => {
    await start({ refreshToken: REFRESH })
    const repository = open()

    await repository.has(missingBlob)
    await repository.put(randomContent(10))

    expect(tokenRequests()).toEqual(['GET /token basic 200', 'POST /token none 200'])
  })

  it('is replaced by the one of a later answer', async () => {
    const sent: (string | null)[] = []
    const auth = await serveHttp((request, response) => {
      sent.push(new URLSearchParams(request.body.toString()).get('refresh_token'))
      response.end(JSON.stringify({ token: `t${sent.length}`, refresh_token: `${REFRESH}-${sent.length}` }))
    })
    registry = await startRegistry({
      intercept: ({ headers }) => (headers['authorization'] ? undefined : challenge(`${auth.url}/token`)),
    })
    const repository = open({ credentials: { identityToken: 'identity' } })

    await repository.has(missingBlob)
    await repository.put(randomContent(10))
    await repository.put(randomContent(11), { mountFrom: ['b'] })

    expect(sent).toEqual(['identity', `${REFRESH}-1`, `${REFRESH}-2`])
  })

  it('is forgotten when the server refuses it, and the password is sent again', async () => {
    await start({ refreshToken: REFRESH, tokenMethods: ['GET'] })
    const repository = open()

    await repository.has(missingBlob)
    await repository.put(randomContent(10))
    await repository.put(randomContent(11), { mountFrom: ['b'] })

    expect(tokenRequests()).toEqual([
      'GET /token basic 200',
      'POST /token none 405',
      'GET /token basic 200',
      'GET /token basic 200',
    ])
  })

  it('is not kept for another repository object, and shown nowhere', async () => {
    const warnings: unknown[] = []
    await start({ refreshToken: REFRESH })
    const repository = open({ onEvent: (event) => warnings.push(event) })
    await repository.has(missingBlob)
    await open().has(missingBlob)

    expect(tokenRequests()).toEqual(['GET /token basic 200', 'GET /token basic 200'])
    expect(inspect([repository, warnings], { depth: 9, showHidden: true })).not.toContain(REFRESH)
  })

  it('is redacted where the server repeats it', async () => {
    await start(
      { refreshToken: REFRESH },
      { intercept: ({ method }) => (method === 'POST' ? { status: 403, body: `no ${REFRESH}` } : undefined) },
    )
    const repository = open()
    await repository.has(missingBlob)

    const error = await catchError(() => repository.put(randomContent(10)))

    expect(error).toBeInstanceOf(UnauthorizedError)
    expect(inspect(error, { depth: 9 })).not.toContain(REFRESH)
  })

  it('is not sent to another realm', async () => {
    const other = await serveHttp((_, response) => response.end('{"token":"t"}'))
    let isMoved = false
    await start(
      { refreshToken: REFRESH },
      { intercept: ({ path }) => (isMoved && path.startsWith('/v2/') ? challenge(`${other.url}/token`) : undefined) },
    )
    const repository = open()
    await repository.has(missingBlob)
    isMoved = true

    await catchError(() => repository.has(missingBlob))
    await catchError(() => repository.put(randomContent(10)))

    expect(other.requests.length).toBeGreaterThan(0)
    expect(other.requests.map(({ method }) => method)).not.toContain('POST')
  })

  it('with less rights than the password is replaced by the password once', async () => {
    const asked = vi.fn<(authorization: string) => void>()
    const auth = await serveHttp((request, response) => {
      asked(`${request.method} ${request.headers.authorization ? 'password' : 'refresh'}`)
      const token = request.method === 'POST' ? 'weak' : 'strong'
      response.end(JSON.stringify({ token, refresh_token: REFRESH }))
    })
    registry = await startRegistry({
      intercept: ({ headers }) =>
        headers['authorization'] === 'Bearer strong' ? undefined : challenge(`${auth.url}/token`),
    })
    const repository = open()

    await repository.has(missingBlob)
    await repository.put(randomContent(10))

    expect(asked.mock.calls.flat()).toEqual(['GET password', 'POST refresh', 'GET password'])
  })
})
