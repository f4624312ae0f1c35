import { inspect } from 'node:util'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { UnauthorizedError, UnsafeUrlError } from '../../../../src/oras/errors/oci-error.js'
import { digestOf } from '../../../../src/oras/oci/digest.js'
import { Repository, type RepositoryOptions } from '../../../../src/oras/registry/repository.js'
import type { Fetch } from '../../../../src/oras/http/fetch.js'
import {
  type Answer,
  startRegistry,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { randomContent } from '../../../support/make-artifact.js'
import { serveHttp } from '../../../support/serve-http.js'
import { skipWaiting } from '../../../support/skip-waiting.js'

const USER = { username: 'robot', password: 'pässword-s3cret' }
const BASIC = `Basic ${Buffer.from(`${USER.username}:${USER.password}`).toString('base64')}`
const missing = digestOf(Buffer.from('missing'))
const missingBlob = { mediaType: 'x/y', digest: missing, size: 7 }

let registry: TestRegistry
afterEach(() => registry?.close())

const start = async (options: TestRegistryOptions = {}): Promise<void> => {
  registry = await startRegistry(options)
}
const open = (options: RepositoryOptions = {}, name = 'a'): Repository =>
  new Repository(`${registry.host}/${name}`, { credentials: USER, ...options })
const tokenRequests = (): readonly URLSearchParams[] =>
  registry.requests
    .filter(({ path }) => path.startsWith('/token'))
    .map(({ path }) => new URLSearchParams(path.slice(path.indexOf('?'))))
const challenge = (realm: string): Answer => {
  return { status: 401, headers: { 'WWW-Authenticate': `Bearer realm="${realm}",service="s"` } }
}

describe('Authorizer: Basic', () => {
  it('sends no credentials before a challenge, and then with every request', async () => {
    await start({ auth: { scheme: 'basic', ...USER } })
    const repository = open()

    await repository.has(missingBlob)
    await repository.has(missingBlob)

    expect(registry.requests.map(({ authorization, status }) => [authorization, status])).toEqual([
      ['none', 401],
      ['basic', 404],
      ['basic', 404],
    ])
  })

  it('treats a second 401 as a denial', async () => {
    await start({ auth: { scheme: 'basic', ...USER, password: 'another' } })
    const repository = open()

    const error = await catchError(() => repository.has(missingBlob))
    await catchError(() => repository.has(missingBlob))

    expect(error).toBeInstanceOf(UnauthorizedError)
    expect(error.hint).toBe('The registry does not accept the credentials: many want an access token as the password.')
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual(['none', 'basic', 'basic'])
  })

  it('asks a credentials function that failed again the next time', async () => {
    await start({ auth: { scheme: 'basic', ...USER } })
    const failure = new Error('the vault is closed')
    let calls = 0
    const repository = open({ credentials: () => (++calls === 1 ? Promise.reject(failure) : Promise.resolve(USER)) })

    expect(await catchError(() => repository.has(missingBlob))).toBe(failure)
    expect(await repository.has(missingBlob)).toBe(false)
    expect(calls).toBe(2)
  })

  it('does not ask again without credentials', async () => {
    await start({ auth: { scheme: 'basic', ...USER } })

    expect(await catchError(() => open({ credentials: 'anonymous' }).has(missingBlob))).toBeInstanceOf(
      UnauthorizedError,
    )
    expect(registry.requests).toHaveLength(1)
  })
})

describe('Authorizer: Bearer', () => {
  it.each([
    ['pull', 'repository:a:pull'],
    ['push', 'repository:a:pull,push'],
  ] as const)('asks for what access: %s needs, already the first time', async (access, scope) => {
    await start({ auth: { scheme: 'bearer', ...USER } })

    await open({ access }).has(missingBlob)

    expect(tokenRequests().map((query) => query.getAll('scope'))).toEqual([[scope]])
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual(['none', 'basic', 'bearer'])
  })

  it('needs one token for a whole push with access: push', async () => {
    await start({ auth: { scheme: 'bearer', ...USER } })
    const repository = open({ access: 'push' })

    await repository.resolve('v1')
    await repository.put(randomContent(10))
    await repository.has(missingBlob)

    expect(tokenRequests()).toHaveLength(1)
    expect(registry.requests.filter(({ status }) => status === 401)).toHaveLength(1)
  })

  it('asks for more when more is needed, and keeps both tokens', async () => {
    await start({ auth: { scheme: 'bearer', ...USER } })
    const repository = open()

    await repository.has(missingBlob)
    await repository.put(randomContent(10))
    await repository.has(missingBlob)

    expect(tokenRequests().map((query) => query.get('scope'))).toEqual(['repository:a:pull', 'repository:a:pull,push'])
    expect(registry.requests.filter(({ status }) => status === 401)).toHaveLength(1)
  })

  it('asks for both repositories, its own first, to mount from another', async () => {
    await start({ auth: { scheme: 'bearer', ...USER } })
    const content = randomContent(10)
    await open({ access: 'push' }, 'b').put(content)
    registry.clearRequests()

    expect(await open({ access: 'push' }).put(content, { mountFrom: ['b'] })).toBe('exists')
    expect(tokenRequests().map((query) => query.getAll('scope'))).toEqual([
      ['repository:a:pull,push', 'repository:b:pull'],
    ])
  })

  it('fetches one token for many requests at once', async () => {
    await start({ auth: { scheme: 'bearer', ...USER }, delay: 5 })
    const repository = open()

    await Promise.all(Array.from({ length: 12 }, () => repository.has(missingBlob)))
    await repository.has(missingBlob)

    expect(tokenRequests()).toHaveLength(1)
  })

  it('works without credentials where anonymous reads are allowed', async () => {
    await start({ auth: { scheme: 'bearer', ...USER, anonymousPull: true } })
    const repository = open({ credentials: 'anonymous' })

    expect(await repository.has(missingBlob)).toBe(false)
    expect(await catchError(() => repository.put(randomContent(1)))).toBeInstanceOf(UnauthorizedError)
    expect(registry.requests.every(({ authorization }) => authorization !== 'basic')).toBe(true)
  })

  it('renews a token before it runs out, without a 401', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await start({ auth: { scheme: 'bearer', ...USER } })
    const repository = open()
    await repository.has(missingBlob)
    registry.clearRequests()

    vi.setSystemTime(Date.now() + 289_000)
    await repository.has(missingBlob)
    expect(tokenRequests()).toHaveLength(0)
    vi.setSystemTime(Date.now() + 2_000)
    await repository.has(missingBlob)

    expect(tokenRequests()).toHaveLength(1)
    expect(registry.requests.filter(({ status }) => status === 401)).toHaveLength(0)
  })

  it('renews it once for many requests at once', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    await start({ auth: { scheme: 'bearer', ...USER }, delay: 5 })
    const repository = open()
    await repository.has(missingBlob)
    registry.clearRequests()
    vi.setSystemTime(Date.now() + 300_000)

    await Promise.all(Array.from({ length: 6 }, () => repository.has(missingBlob)))

    expect(tokenRequests()).toHaveLength(1)
  })

  it('renews a token that the registry no longer accepts, once for all waiting requests', async () => {
    let valid = 1
    let given = 0
    await start({
      delay: 5,
      intercept: ({ path, headers }) => {
        if (path.startsWith('/token')) return { status: 200, body: JSON.stringify({ token: `token-${++given}` }) }
        return headers['authorization'] === `Bearer token-${valid}` ? { status: 404 } : challenge('/token')
      },
    })
    const repository = open()
    await repository.has(missingBlob)
    valid = 2
    registry.clearRequests()

    const found = await Promise.all(Array.from({ length: 6 }, () => repository.has(missingBlob)))

    expect(found).toEqual([false, false, false, false, false, false])
    expect(tokenRequests()).toHaveLength(1)
  })

  it('treats a second 401 as a denial, and does not loop', async () => {
    await start({
      intercept: ({ path }) => (path.startsWith('/v2/') ? challenge('/token') : { status: 200, body: '{"token":"t"}' }),
    })

    const error = await catchError(() => open().has(missingBlob))

    expect(error).toBeInstanceOf(UnauthorizedError)
    expect(error).toMatchObject({
      code: 'ERR_UNAUTHORIZED',
      message: `Cannot look for blob ${missing} in ${registry.host}/a: the registry answered 401`,
      hint: 'The registry does not accept the login for this: check the credentials, and their rights to this repository.',
    })
    expect(registry.requests).toHaveLength(3)
  })

  it('lets another request fetch its own token when the one that fetched the token was cancelled', async () => {
    let asked = 0
    const controller = new AbortController()
    await start({
      auth: { scheme: 'bearer', ...USER },
      intercept: async ({ path }) => {
        if (path.startsWith('/token') && ++asked === 1) {
          controller.abort(new Error('enough'))
          return { reset: true }
        }
        return undefined
      },
    })
    const repository = open()

    const [cancelled, other] = await Promise.allSettled([
      repository.has(missingBlob, { signal: controller.signal }),
      repository.has(missingBlob),
    ])

    expect([cancelled.status, other.status]).toEqual(['rejected', 'fulfilled'])
  })

  it('prefers Bearer over Basic, whichever comes first', async () => {
    await start({
      intercept: ({ path, headers }) => {
        if (path.startsWith('/token')) return { status: 200, body: '{"access_token":"t"}' }
        if (headers['authorization'] === 'Bearer t') return { status: 404 }
        return { status: 401, headers: { 'WWW-Authenticate': ['Basic realm="x"', 'BEARER realm=/token'] } }
      },
    })

    expect(await open().has(missingBlob)).toBe(false)
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual(['none', 'basic', 'bearer'])
  })
})

describe('Authorizer: credentials', () => {
  it('asks a function only after a challenge, once, and for this repository', async () => {
    const asked: unknown[] = []
    const credentials = async (target: unknown): Promise<typeof USER> => {
      asked.push(target)
      return USER
    }
    await start({ auth: { scheme: 'basic', ...USER, anonymousPull: true } })
    const repository = open({ credentials })

    await repository.has(missingBlob)
    expect(asked).toEqual([])
    await Promise.all([repository.put(randomContent(1)), repository.put(randomContent(2))])
    await repository.put(randomContent(3))

    expect(asked).toEqual([{ registry: registry.host, repository: 'a' }])
  })

  it('passes on the error of the function unchanged', async () => {
    await start({ auth: { scheme: 'basic', ...USER } })
    const broken = new Error('the key ring is locked')

    expect(
      await catchError(() =>
        open({
          credentials: () => {
            throw broken
          },
        }).has(missingBlob),
      ),
    ).toBe(broken)
  })

  it('is anonymous if the function returns no credential', async () => {
    await start({ auth: { scheme: 'basic', ...USER } })

    expect(await catchError(() => open({ credentials: () => undefined }).has(missingBlob))).toBeInstanceOf(
      UnauthorizedError,
    )
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual(['none'])
  })
})

describe('Authorizer: where secrets go', () => {
  const recording = (): { urls: string[]; fetch: Fetch } => {
    const urls: string[] = []
    return { urls, fetch: (url, init) => (urls.push(url), fetch(url, init as RequestInit)) }
  }

  it.each([
    ['https://10.0.0.1/token', 'https://10.0.0.1/token: it is a private address'],
    ['https://169.254.169.254/token', 'https://169.254.169.254/token: it is a private address'],
    ['http://auth.example/token', 'http://auth.example/token: it is plain http on another host than HOST'],
    ['ftp://127.0.0.1/token', 'ftp://127.0.0.1/token: it is neither http nor https'],
  ])('sends nothing to the realm %s', async (realm, reason) => {
    await start({ intercept: () => challenge(realm) })
    const { urls, fetch: fetching } = recording()

    const error = await catchError(() => open({ fetch: fetching }).has(missingBlob))

    expect(error).toBeInstanceOf(UnsafeUrlError)
    expect(error.message).toBe(`Cannot ask for a token at ${reason.replace('HOST', registry.host)}`)
    expect(urls).toEqual([`${registry.url}/v2/a/blobs/${missing}`])
  })

  it('sends the credentials, and nothing else, to a realm on another port of the registry', async () => {
    const auth = await serveHttp((_, response) => response.end('{"token":"t"}'))
    await start({
      intercept: ({ headers }) =>
        headers['authorization'] === 'Bearer t' ? { status: 404 } : challenge(`${auth.url}/token?a=b`),
    })

    expect(await open().has(missingBlob)).toBe(false)
    expect(auth.requests).toHaveLength(1)
    expect(auth.requests[0]).toMatchObject({
      method: 'GET',
      path: '/token?a=b&service=s&scope=repository%3Aa%3Apull',
      headers: { authorization: BASIC, accept: 'application/json' },
    })
  })

  it.each<[promise: string, intercept: TestRegistryOptions['intercept']]>([
    ['403', ({ headers }) => (headers['authorization']?.startsWith('Bearer') ? { status: 403 } : undefined)],
    [
      'a broken connection',
      ({ headers }) => (headers['authorization']?.startsWith('Bearer') ? { reset: true } : undefined),
    ],
    [
      'a token server that fails',
      ({ path }) => (path.startsWith('/token') ? { status: 500, body: 'broken' } : undefined),
    ],
    ['a token server that breaks off', ({ path }) => (path.startsWith('/token') ? { reset: true } : undefined)],
    ['a token server that denies', ({ path }) => (path.startsWith('/token') ? { status: 401 } : undefined)],
    [
      'an invalid token',
      ({ path }) => (path.startsWith('/token') ? { status: 200, body: '{"token":"t0ken-s3cret\\n"}' } : undefined),
    ],
    [
      'a redirect to a dead host with a signature',
      ({ headers }) =>
        headers['authorization']?.startsWith('Bearer')
          ? { status: 302, headers: { Location: 'http://127.0.0.1:1/?sig=signature-s3cret#s3cret' } }
          : undefined,
    ],
    [
      'a redirect with a password',
      ({ headers }) =>
        headers['authorization']?.startsWith('Bearer')
          ? { status: 302, headers: { Location: 'http://robot:s3cret@127.0.0.1:1/' } }
          : undefined,
    ],
  ])('shows no secret in the error of %s', async (_, intercept) => {
    skipWaiting()
    await start({ auth: { scheme: 'bearer', ...USER }, intercept })
    const tokens: string[] = []
    const spying: Fetch = (url, init) => {
      const { authorization } = init.headers
      if (authorization !== undefined) tokens.push(authorization.slice(authorization.indexOf(' ') + 1))
      return fetch(url, init as RequestInit)
    }

    for (const fetching of [undefined, spying]) {
      const error = await catchError(() => open(fetching ? { fetch: fetching } : {}).has(missingBlob))

      const shown = [
        error.message,
        error.hint,
        JSON.stringify(error),
        String(error),
        inspect(error, { depth: 10 }),
      ].join()
      for (const secret of ['s3cret', 'pässword', BASIC.slice(6), ...tokens]) expect(shown).not.toContain(secret)
    }
  })

  it('shows no secret when the Repository itself is inspected', () => {
    const repository = new Repository('localhost:5000/a', { credentials: USER })

    expect(inspect(repository, { depth: 10, showHidden: true }) + JSON.stringify(repository)).not.toContain('s3cret')
  })

  it('sends nothing for a signal that was aborted before', async () => {
    await start({ auth: { scheme: 'bearer', ...USER } })
    const reason = new Error('enough')

    expect(await catchError(() => open().has(missingBlob, { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(registry.requests).toHaveLength(0)
  })
})
