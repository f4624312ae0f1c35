/** What the Authorizer does when the registry refuses it, and when there is no credential. */
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CredentialProvider } from '../../../../src/oras/credentials/credential.js'
import { CredentialError, UnauthorizedError } from '../../../../src/oras/errors/oci-error.js'
import { digestOf } from '../../../../src/oras/oci/digest.js'
import { Repository, type RepositoryOptions } from '../../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { randomContent } from '../../../support/make-artifact.js'

const USER = { username: 'robot', password: 's3cret' }
const missingBlob = { mediaType: 'x/y', digest: digestOf(Buffer.from('missing')), size: 7 }

let registry: TestRegistry
afterEach(() => registry?.close())

const start = async (options: TestRegistryOptions): Promise<void> => {
  registry = await startRegistry(options)
}
const open = (options: RepositoryOptions): Repository => new Repository(`${registry.host}/a`, options)
const sent = (): readonly string[] =>
  registry.requests.map(({ method, path, authorization, status }) => {
    const what = path.startsWith('/token') ? 'token' : method
    return `${what} ${authorization} ${status}`
  })
const scopes = (): readonly (readonly string[])[] =>
  registry.requests
    .filter(({ path }) => path.startsWith('/token'))
    .map(({ path }) => new URLSearchParams(path.slice(path.indexOf('?'))).getAll('scope'))

const failing = (isGlobal: boolean): { readonly error: CredentialError; readonly credentials: CredentialProvider } => {
  const error = new CredentialError('Cannot ask docker-credential-x: it is not installed', {
    source: 'docker-credential-x',
    isGlobal,
    hint: 'Install it.',
  })
  return { error, credentials: () => Promise.reject(error) }
}

describe('Authorizer: a credential that has changed', () => {
  it('is looked up again when the registry does not take the kept one any more', async () => {
    let password = 'old'
    let looked = 0
    await start({
      intercept: ({ headers }) =>
        headers['authorization'] === `Basic ${Buffer.from(`robot:${password}`).toString('base64')}`
          ? { status: 404 }
          : { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } },
    })
    const repository = open({
      credentials: () => {
        looked++
        return { ...USER, password }
      },
    })
    await repository.has(missingBlob)
    password = 'new'

    expect(await repository.has(missingBlob)).toBe(false)
    expect(looked).toBe(2)
  })

  it('is not looked up again for the request that it was looked up for', async () => {
    let looked = 0
    await start({ auth: { scheme: 'basic', ...USER, password: 'another' } })

    await catchError(() => open({ credentials: () => (looked++, USER) }).has(missingBlob))

    expect(looked).toBe(1)
    expect(sent()).toEqual(['HEAD none 401', 'HEAD basic 401'])
  })
})

describe('Authorizer: a token that runs out', () => {
  it('is renewed three times and no more, however late the registry refuses each', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    let tokens = 0
    await start({
      intercept: ({ path }) => {
        if (path.startsWith('/token')) return { status: 200, body: `{"token":"t${++tokens}"}` }
        vi.setSystemTime(Date.now() + 10_000)
        return { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="/token"' } }
      },
    })

    expect(await catchError(() => open({ credentials: USER }).has(missingBlob))).toBeInstanceOf(UnauthorizedError)
    expect(tokens).toBe(4)
  })

  it('is renewed between two tries of a request', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    let tokens = 0
    await start({
      intercept: ({ path, headers }) => {
        if (path.startsWith('/token')) return { status: 200, body: `{"token":"t${++tokens}"}` }
        if (headers['authorization'] === 'Bearer t2') return { status: 404 }
        if (headers['authorization'] === 'Bearer t1' && Date.now() < expiry) return { status: 503 }
        return { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="/token"' } }
      },
    })
    // This token lasts for five seconds, whatever its expires_in says.
    const expiry = Date.now() + 5000
    const clock = { now: () => Date.now(), sleep: async () => void vi.setSystemTime(expiry) }

    expect(await open({ credentials: USER, retry: { clock } }).has(missingBlob)).toBe(false)
    expect(tokens).toBe(2)
  })
})

describe('Authorizer: a refusal without a challenge', () => {
  const silent: TestRegistryOptions = {
    auth: { scheme: 'bearer', ...USER },
    intercept: ({ path, headers }) =>
      path.startsWith('/v2/a') && headers['authorization'] === undefined ? { status: 401 } : undefined,
  }

  it('is followed by a look at the base endpoint, which has the challenge', async () => {
    await start(silent)

    expect(await open({ credentials: USER }).has(missingBlob)).toBe(false)
    expect(sent()).toEqual(['HEAD none 401', 'GET none 401', 'token basic 200', 'HEAD bearer 404'])
  })

  it('is the answer if there is no login anyway', async () => {
    await start(silent)

    expect(await catchError(() => open({ credentials: 'anonymous' }).has(missingBlob))).toBeInstanceOf(
      UnauthorizedError,
    )
    expect(sent()).toEqual(['HEAD none 401'])
  })
})

describe('Authorizer: a helper for all registries that fails', () => {
  it('does not hinder a read that needs no login', async () => {
    await start({ auth: { scheme: 'bearer', ...USER, anonymousPull: true } })

    expect(await open({ credentials: failing(true).credentials }).has(missingBlob)).toBe(false)
  })

  it('is the error where a login is needed to read', async () => {
    await start({ auth: { scheme: 'bearer', ...USER } })
    const { error, credentials } = failing(true)

    expect(await catchError(() => open({ credentials }).has(missingBlob))).toBe(error)
  })

  it.each([401, 403])('is the error where the token server answers %i to a request without a login', async (status) => {
    await start({
      auth: { scheme: 'bearer', ...USER },
      intercept: ({ path }) => (path.startsWith('/token') ? { status } : undefined),
    })
    const { error, credentials } = failing(true)

    expect(await catchError(() => open({ credentials }).has(missingBlob))).toBe(error)
  })

  it('is forgotten once the helper works again', async () => {
    let isBroken = true
    let valid = 't1'
    await start({
      intercept: ({ path, headers }) => {
        if (path.startsWith('/token')) {
          return headers['authorization'] === undefined ? { status: 200, body: '{"token":"t1"}' } : { status: 401 }
        }
        return headers['authorization'] === `Bearer ${valid}`
          ? { status: 404 }
          : { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="/token"' } }
      },
    })
    const { error } = failing(true)
    const repository = open({ credentials: () => (isBroken ? Promise.reject(error) : USER) })
    expect(await repository.has(missingBlob)).toBe(false)
    isBroken = false
    valid = 't2'

    expect(await catchError(() => repository.has(missingBlob))).toBeInstanceOf(UnauthorizedError)
  })

  it('is the error of a push, before a token is asked for', async () => {
    await start({ auth: { scheme: 'bearer', ...USER, anonymousPull: true } })
    const { error, credentials } = failing(true)

    expect(await catchError(() => open({ credentials, access: 'push' }).put(randomContent(1)))).toBe(error)
    expect(scopes()).toEqual([])
  })

  it('is the error of a push that comes after a pull without a login', async () => {
    await start({ auth: { scheme: 'bearer', ...USER, anonymousPull: true } })
    const { error, credentials } = failing(true)
    const repository = open({ credentials })

    expect(await repository.has(missingBlob)).toBe(false)
    expect(await catchError(() => repository.put(randomContent(1)))).toBe(error)
  })

  it('is the error where the registry knows only Basic', async () => {
    await start({ auth: { scheme: 'basic', ...USER } })
    const { error, credentials } = failing(true)

    expect(await catchError(() => open({ credentials }).has(missingBlob))).toBe(error)
  })
})

it('Authorizer: a helper for this registry that fails is always the error', async () => {
  await start({ auth: { scheme: 'bearer', ...USER, anonymousPull: true } })
  const { error, credentials } = failing(false)

  expect(await catchError(() => open({ credentials }).has(missingBlob))).toBe(error)
  expect(scopes()).toEqual([])
})

describe('Authorizer: a token that was given for the registry', () => {
  it('is sent as it is, to the registry alone', async () => {
    await start({
      intercept: ({ path, headers }) =>
        path.startsWith('/v2/') && headers['authorization'] !== 'Bearer my.token'
          ? { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="/token"' } }
          : { status: 404 },
    })

    expect(await open({ credentials: { registryToken: 'my.token' } }).has(missingBlob)).toBe(false)
    expect(sent()).toEqual(['HEAD none 401', 'HEAD bearer 404'])
  })

  it('is not exchanged for another one when it is refused', async () => {
    await start({ auth: { scheme: 'bearer', ...USER } })
    const repository = open({ credentials: { registryToken: 'my.token' } })

    for (const times of [1, 2]) {
      expect(await catchError(() => repository.has(missingBlob)), String(times)).toBeInstanceOf(UnauthorizedError)
    }
    expect(scopes()).toEqual([])
    expect(registry.requests.length).toBeLessThanOrEqual(5)
  })
})

describe('Authorizer: a scope that is missing', () => {
  it('is asked for at the next try, and from then on with the first request', async () => {
    await start({ auth: { scheme: 'bearer', ...USER, requiredScope: 'repository:gate:pull' } })
    const repository = open({ credentials: USER })

    await repository.has(missingBlob)
    await repository.has(missingBlob)

    expect(scopes()).toEqual([['repository:a:pull'], ['repository:a:pull', 'repository:gate:pull']])
    expect(registry.requests.filter(({ status }) => status === 401)).toHaveLength(2)
  })

  it('is asked for at once where the registry says that it is missing', async () => {
    let isStrict = false
    await start({
      auth: { scheme: 'bearer', ...USER },
      intercept: ({ path, headers }) =>
        isStrict && path.startsWith('/v2/') && !headers['authorization']?.endsWith('wide')
          ? {
              status: 401,
              headers: {
                'WWW-Authenticate': `Bearer realm="${registry.url}/token",service="oras-helm-testing",scope="repository:gate:pull",error="insufficient_scope"`,
              },
            }
          : path.includes('gate')
            ? { status: 200, body: '{"token":"wide"}' }
            : path.startsWith('/v2/') && isStrict
              ? { status: 404 }
              : undefined,
    })
    const repository = open({ credentials: USER })
    await repository.has(missingBlob)
    isStrict = true
    registry.clearRequests()

    expect(await repository.has(missingBlob)).toBe(false)
    expect(sent()).toEqual(['HEAD bearer 401', 'token basic 200', 'HEAD bearer 404'])
  })

  it('is asked for with the first token where only the registry knows it', async () => {
    await start({ auth: { scheme: 'bearer', ...USER, requiredScope: 'aws' } })

    await open({ credentials: USER }).has(missingBlob)

    expect(scopes()).toEqual([['repository:a:pull', 'aws']])
  })

  it('is asked for once, however often the registry names another scope', async () => {
    let wishes = 0
    await start({
      intercept: ({ path }) =>
        path.startsWith('/token')
          ? { status: 200, body: JSON.stringify({ token: `t${wishes}` }) }
          : {
              status: 401,
              headers: {
                'WWW-Authenticate': `Bearer realm="/token",scope="repository:w${++wishes}:pull",error="insufficient_scope"`,
              },
            },
    })

    expect(await catchError(() => open({ credentials: USER }).has(missingBlob))).toBeInstanceOf(UnauthorizedError)
    expect(scopes()).toEqual([['repository:a:pull'], ['repository:a:pull', 'repository:w2:pull']])
  })

  it('is never "*", which stands for any scope', async () => {
    await start({
      intercept: ({ path, headers }) =>
        path.startsWith('/token')
          ? { status: 200, body: '{"token":"t"}' }
          : headers['authorization'] === 'Bearer t'
            ? { status: 404 }
            : { status: 401, headers: { 'WWW-Authenticate': 'Bearer realm="/token",scope="*"' } },
    })

    await open({ credentials: USER }).has(missingBlob)

    expect(scopes()).toEqual([['repository:a:pull']])
  })
})

describe('Authorizer: looking up', () => {
  it('passes the signal of the call to the function, and stops at it', async () => {
    await start({ auth: { scheme: 'basic', ...USER } })
    const controller = new AbortController()
    const reason = new Error('enough')
    const credentials: CredentialProvider = (_, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
        controller.abort(reason)
      })

    expect(await catchError(() => open({ credentials }).has(missingBlob, { signal: controller.signal }))).toBe(reason)
  })
})
