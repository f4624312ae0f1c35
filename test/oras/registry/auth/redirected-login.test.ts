/** A registry that redirects reads to another registry, which asks for a login. */
import { afterEach, expect, it } from 'vitest'
import { UnauthorizedError, UnsafeUrlError } from '../../../../src/oras/errors/oci-error.js'
import { digestOf } from '../../../../src/oras/oci/digest.js'
import { Repository, type RepositoryOptions } from '../../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { serveHttp } from '../../../support/serve-http.js'

const USER = { username: 'robot', password: 'p4ss-s3cret' }
const missingBlob = { mediaType: 'x/y', digest: digestOf(Buffer.from('missing')), size: 7 }

let registry: TestRegistry
let other: TestRegistry
afterEach(() => Promise.all([registry?.close(), other?.close()]))

/** Starts a registry that answers a login with a redirect to `url`. */
const start = async (url: string, path = '/v2/acme'): Promise<void> => {
  registry = await startRegistry({
    auth: { scheme: 'basic', ...USER },
    intercept: ({ method, path: asked, headers }) =>
      headers['authorization'] && (method === 'GET' || method === 'HEAD')
        ? { status: 307, headers: { Location: `${url}${asked.replace('/v2', path)}` } }
        : undefined,
  })
}
const open = (options: RepositoryOptions = {}): Repository =>
  new Repository(`${registry.host}/a`, { credentials: USER, retry: false, ...options })

it('is read with an anonymous token of that registry, which is kept', async () => {
  other = await startRegistry({ auth: { scheme: 'bearer', ...USER, anonymousPull: true } })
  await start(other.url)
  const repository = open()

  expect(await repository.has(missingBlob)).toBe(false)
  expect(await repository.has(missingBlob)).toBe(false)

  expect(other.requests.map(({ path, authorization, status }) => [path.split('?')[0], authorization, status])).toEqual([
    [`/v2/acme/a/blobs/${missingBlob.digest}`, 'none', 401],
    ['/token', 'none', 200],
    [`/v2/acme/a/blobs/${missingBlob.digest}`, 'bearer', 404],
    [`/v2/acme/a/blobs/${missingBlob.digest}`, 'bearer', 404],
  ])
  expect(other.requests[1]?.path).toContain('scope=repository%3Aacme%2Fa%3Apull')
})

it.each(['basic', 'bearer'] as const)('gets no credential, and the error names it, with %s', async (scheme) => {
  other = await startRegistry({ auth: { scheme, ...USER } })
  await start(other.url)

  const error = await catchError(() => open().resolve('v1'))

  expect(error).toBeInstanceOf(UnauthorizedError)
  expect(error.message).toContain(`${other.host}, to which ${registry.host} redirects, answered 401`)
  expect(other.requests.map(({ authorization }) => authorization)).not.toContain('basic')
})

it('gets no login for a push', async () => {
  other = await startRegistry({ auth: { scheme: 'bearer', ...USER, anonymousPull: true } })
  await start(other.url)

  expect(await catchError(() => open({ access: 'push' }).has(missingBlob))).toBeInstanceOf(UnauthorizedError)
  expect(other.requests.map(({ authorization }) => authorization)).toEqual(['none'])
})

it('cannot name the first registry as its realm', async () => {
  const evil = await serveHttp((_, response) =>
    response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry.url}/token"` }).end(),
  )
  await start(evil.url)

  expect(await catchError(() => open({ trustedHosts: [registry.host] }).has(missingBlob))).toBeInstanceOf(
    UnsafeUrlError,
  )
  expect(registry.requests.map(({ path }) => path)).not.toContain('/token')
  expect(evil.requests.map(({ headers }) => headers.authorization)).toEqual([undefined])
})
