/** Registries that refuse a request without a challenge; only `/v2/` asks for a login. */
import { afterEach, expect, it } from 'vitest'
import { pullChart, pushChart } from '../../../../src/index.js'
import { CredentialError, NotFoundError, UnauthorizedError } from '../../../../src/oras/errors/oci-error.js'
import { digestOf } from '../../../../src/oras/oci/digest.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { randomContent } from '../../../support/make-artifact.js'
import { packFiles } from '../../../support/make-chart.js'
import { serveHttp } from '../../../support/serve-http.js'

const USER = { username: 'robot', password: 'p4ss-s3cret' }
const missingBlob = { mediaType: 'x/y', digest: digestOf(Buffer.from('missing')), size: 7 }
const chart = packFiles({ 'Chart.yaml': 'apiVersion: v2\nname: mychart\nversion: 1.0.0\n' })

let registry: TestRegistry
afterEach(() => registry?.close())

const start = async (options: TestRegistryOptions): Promise<void> => {
  registry = await startRegistry(options)
}
const push = (credentials: Parameters<typeof pushChart>[2]): ReturnType<typeof pushChart> =>
  pushChart(chart, `oci://${registry.host}/charts`, { retry: false, ...credentials })
const baseRequests = (): number => registry.requests.filter(({ path }) => path === '/v2/').length

for (const scheme of ['basic', 'bearer'] as const) {
  it(`pushes where reading is open and a push is 403, with ${scheme}`, async () => {
    await start({ auth: { scheme, ...USER, anonymousPull: true, unchallenged: 403 } })

    expect((await push({ credentials: USER })).status).toBe('pushed')
    expect(baseRequests()).toBe(1)
  })

  it(`reads and pushes a repository that is 404 without a login, with ${scheme}`, async () => {
    await start({ auth: { scheme, ...USER, unchallenged: 404 } })

    expect((await push({ credentials: USER })).status).toBe('pushed')
    expect(baseRequests()).toBe(1)
    registry.clearRequests()
    const pulled = await pullChart(`oci://${registry.host}/charts/mychart:1.0.0`, { credentials: USER, retry: false })
    expect(pulled.format).toBe('helm')
    expect(baseRequests()).toBe(1)
  })

  it(`reads a repository that is 403 without a login, with ${scheme}`, async () => {
    await start({ auth: { scheme, ...USER, unchallenged: 403 } })
    const repository = new Repository(`${registry.host}/a`, { credentials: USER })

    expect(await repository.has(missingBlob)).toBe(false)
    expect(await repository.resolve('v1')).toBeUndefined()
    expect(baseRequests()).toBe(1)
  })
}

it('asks once for all requests at a time', async () => {
  await start({ delay: 20, auth: { scheme: 'basic', ...USER, anonymousPull: true, unchallenged: 403 } })
  const repository = new Repository(`${registry.host}/a`, { credentials: USER, access: 'push' })

  await Promise.all([1, 2, 3, 4].map((size) => repository.put(randomContent(size))))

  expect(baseRequests()).toBe(1)
})

it.each([
  ['anonymous', 'anonymous'],
  ['a function without a login', () => undefined],
] as const)('asks nothing more without credentials: %s', async (_, credentials) => {
  await start({ auth: { scheme: 'basic', ...USER, anonymousPull: true, unchallenged: 403 } })

  expect(await catchError(() => push({ credentials }))).toBeInstanceOf(UnauthorizedError)
  expect(baseRequests()).toBe(0)
})

it('costs an open registry no request: neither a push nor a read of what is missing next to what is there', async () => {
  await start({})
  await push({ credentials: USER })
  expect(registry.requests).toHaveLength(6)
  registry.clearRequests()
  const repository = new Repository(`${registry.host}/charts/mychart`, { credentials: USER })

  await repository.resolve('1.0.0')
  await repository.resolve('2.0.0')

  expect(registry.requests).toHaveLength(2)
})

it('asks an open registry once for what is missing, and sends no credential', async () => {
  await start({})
  const repository = new Repository(`${registry.host}/a`, { credentials: USER })

  expect(await repository.resolve('1')).toBeUndefined()
  expect(await repository.resolve('2')).toBeUndefined()

  expect(registry.requests.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/v2/a/manifests/1', 'none'],
    ['/v2/', 'none'],
    ['/v2/a/manifests/2', 'none'],
  ])
})

it('says what the registry said if the login does not help either', async () => {
  await start({
    auth: { scheme: 'basic', ...USER, unchallenged: 403 },
    intercept: ({ headers, method }) =>
      headers['authorization'] !== undefined && method !== 'HEAD' ? { status: 403, body: 'frozen' } : undefined,
  })

  const error = await catchError(() => push({ credentials: USER }))

  expect(error).toBeInstanceOf(UnauthorizedError)
  expect(error.message).toContain('answered 403 frozen')
})

it('does not let a failing helper hide that something is missing', async () => {
  await start({})
  const failure = new CredentialError('the helper failed', { hint: '', source: 'x', isGlobal: false })

  const error = await catchError(() =>
    pullChart(`oci://${registry.host}/charts/mychart:1.0.0`, { credentials: () => Promise.reject(failure) }),
  )

  expect(error).toBeInstanceOf(NotFoundError)
  expect(baseRequests()).toBe(0)
})

it('sends the login to no realm that a 403 names', async () => {
  const evil = await serveHttp((_, response) => response.end('{"token":"t"}'))
  const challenge = { 'WWW-Authenticate': `Bearer realm="${evil.url}/token"` }
  await start({
    intercept: ({ path }) =>
      path === '/v2/' ? { status: 200, headers: challenge } : { status: 403, headers: challenge },
  })

  expect(await catchError(() => push({ credentials: USER }))).toBeInstanceOf(UnauthorizedError)
  expect(evil.requests).toEqual([])
})
