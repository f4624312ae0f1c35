/** Credentials and tokens of the embedded registry. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { startRegistry, type TestRegistry } from '../../../src/testing/registry/start-registry.js'
import type { TestRegistryAuth } from '../../../src/testing/registry/auth-options.js'
import { OTHER_DIGEST, send } from '../../support/call.js'

const user = { username: 'ann', password: 'pass:word ü' }
const basic = (text = `${user.username}:${user.password}`): Record<string, string> => ({
  Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})

let registry: TestRegistry
const start = async (auth: Omit<TestRegistryAuth, 'username' | 'password'>): Promise<void> => {
  registry = await startRegistry({ auth: { ...auth, ...user } })
}
afterEach(() => registry.close())

describe('basic', () => {
  test.each([
    ['no credentials', {}, 401],
    ['a wrong password', basic('ann:password'), 401],
    ['another scheme', { Authorization: 'Bearer abc' }, 401],
    ['the right credentials', basic(), 200],
  ])('%s', async (_, headers, expected) => {
    await start({ scheme: 'basic' })

    const answer = await send(registry, { path: '', headers })

    expect(answer.status).toBe(expected)
    expect(answer.headers.get('www-authenticate')).toBe(expected === 401 ? 'Basic realm="oras-helm"' : null)
    if (expected === 401) expect(answer.text).toContain('"UNAUTHORIZED"')
  })

  test('anonymousPull lets anonymous clients read, but not write', async () => {
    await start({ scheme: 'basic', anonymousPull: true })

    expect((await send(registry, { path: '' })).status).toBe(200)
    expect((await send(registry, { path: 'a/manifests/latest' })).status).toBe(404)
    expect((await send(registry, { path: 'a/manifests/latest', headers: basic('ann:wrong') })).status).toBe(401)
    for (const method of ['POST', 'DELETE']) {
      expect((await send(registry, { method, path: 'a/blobs/uploads/' })).status).toBe(401)
    }
    expect((await send(registry, { method: 'POST', path: 'a/blobs/uploads/', headers: basic() })).status).toBe(202)
  })

  test('there is no token endpoint', async () => {
    await start({ scheme: 'basic' })
    expect((await send(registry, { path: '/token', headers: basic() })).status).toBe(404)
  })
})

describe('bearer', () => {
  const service = 'oras-helm-testing'
  const askToken = (scopes: readonly string[], headers = basic()): ReturnType<typeof send> => {
    const query = new URLSearchParams({ service })
    for (const scope of scopes) query.append('scope', scope)
    return send(registry, { path: `/token?${query.toString()}`, headers })
  }
  const getToken = async (...scopes: readonly string[]): Promise<Record<string, string>> => {
    const { token } = JSON.parse((await askToken(scopes)).text) as { token: string }
    return { Authorization: `Bearer ${token}` }
  }

  test.each([
    ['GET', 'a/b/manifests/latest', 'repository:a/b:pull'],
    ['HEAD', `a/b/blobs/${OTHER_DIGEST}`, 'repository:a/b:pull'],
    ['GET', 'a/b/tags/list', 'repository:a/b:pull'],
    ['POST', 'a/b/blobs/uploads/', 'repository:a/b:pull,push'],
    ['PATCH', 'a/b/blobs/uploads/1', 'repository:a/b:pull,push'],
    ['PUT', 'a/b/manifests/latest', 'repository:a/b:pull,push'],
    ['GET', 'a/b/blobs/uploads/1', 'repository:a/b:pull'],
    ['DELETE', 'a/b/blobs/uploads/1', 'repository:a/b:pull,push'],
    ['DELETE', 'a/b/manifests/latest', 'repository:a/b:delete'],
    ['DELETE', `a/b/blobs/${OTHER_DIGEST}`, 'repository:a/b:delete'],
    ['POST', `a/b/blobs/uploads/?mount=${OTHER_DIGEST}&from=c`, 'repository:a/b:pull,push repository:c:pull'],
    ['POST', `a/b/blobs/uploads/?mount=${OTHER_DIGEST}&from=a/b`, 'repository:a/b:pull,push'],
  ])('%s %s needs %s, and nothing less', async (method, path, scope) => {
    await start({ scheme: 'bearer' })
    const realm = `realm="${registry.url}/token",service="${service}",scope="${scope}"`

    const without = await send(registry, { method, path })
    const insufficient = await send(registry, {
      method,
      path,
      headers: await getToken('repository:a/b:', 'repository:c:pull,push'),
    })
    const enough = await send(registry, { method, path, headers: await getToken(...scope.split(' ')) })

    expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, `Bearer ${realm}`])
    expect(insufficient.headers.get('www-authenticate')).toBe(`Bearer ${realm},error="insufficient_scope"`)
    expect(enough.status).not.toBe(401)
  })

  test('a mount needs to read the other repository too', async () => {
    await start({ scheme: 'bearer' })
    const headers = await getToken('repository:a:pull,push')
    const path = `a/blobs/uploads/?mount=${OTHER_DIGEST}&from=b`

    expect((await send(registry, { method: 'POST', path, headers })).status).toBe(401)
    expect((await send(registry, { method: 'POST', path: 'a/blobs/uploads/', headers })).status).toBe(202)
  })

  test('the base needs any token', async () => {
    await start({ scheme: 'bearer' })

    const { status, headers } = await send(registry, { path: '' })
    expect([status, headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer realm="${registry.url}/token",service="${service}"`,
    ])
    expect((await send(registry, { path: '', headers: await getToken() })).status).toBe(200)
  })

  test('a token that the registry did not issue, and plain credentials, are refused', async () => {
    await start({ scheme: 'bearer' })
    for (const headers of [{ Authorization: 'Bearer abc' }, basic()]) {
      const answer = await send(registry, { path: 'a/tags/list', headers })
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringContaining('error="invalid_token"'),
      ])
    }
  })

  test('an opaque token is returned under both names, with its lifetime in seconds', async () => {
    await start({ scheme: 'bearer' })
    const { status, text } = await askToken(['repository:a:pull'])
    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual({
      token: expect.stringMatching(/^[0-9a-f-]{36}$/),
      access_token: (JSON.parse(text) as { token: string }).token,
      expires_in: 300,
    })
  })

  test('a token expires', async () => {
    await start({ scheme: 'bearer' })
    // The clock stands still from before the token is made: no machine is too slow for it.
    const now = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now)
    const headers = await getToken()

    clock.mockReturnValue(now + 299_999)
    expect((await send(registry, { path: '', headers })).status).toBe(200)
    clock.mockReturnValue(now + 300_001)
    const late = await send(registry, { path: '', headers })
    clock.mockRestore()
    expect([late.status, late.headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('invalid_token')])
  })

  test('several scopes may stand in one parameter, and * means every action', async () => {
    await start({ scheme: 'bearer' })
    const headers = await getToken('repository:a:pull,push repository:b:*')
    expect((await send(registry, { method: 'POST', path: 'a/blobs/uploads/', headers })).status).toBe(202)
    expect((await send(registry, { method: 'DELETE', path: 'b/manifests/latest', headers })).status).toBe(404)
    expect((await send(registry, { method: 'DELETE', path: 'a/manifests/latest', headers })).status).toBe(401)
  })

  test.each([
    [false, 401],
    [true, 404],
  ])('anonymousPull %s: an anonymous token reads with status %d, and never writes', async (anonymousPull, expected) => {
    await start({ scheme: 'bearer', anonymousPull })
    const { status, text } = await askToken(['repository:a:pull,push,delete'], {})
    const headers = { Authorization: `Bearer ${(JSON.parse(text) as { token: string }).token}` }

    expect(status).toBe(200)
    expect((await send(registry, { path: 'a/manifests/latest', headers })).status).toBe(expected)
    expect((await send(registry, { method: 'POST', path: 'a/blobs/uploads/', headers })).status).toBe(401)
    expect((await send(registry, { method: 'DELETE', path: 'a/manifests/x', headers })).status).toBe(401)
  })

  test('wrong credentials, another service and other methods get no token', async () => {
    await start({ scheme: 'bearer' })
    expect((await askToken([], basic('ann:wrong'))).status).toBe(401)
    expect((await send(registry, { path: '/token?service=other', headers: basic() })).status).toBe(400)
    expect((await send(registry, { method: 'POST', path: '/token', headers: basic() })).status).toBe(405)
  })

  test('the realm has the name by which the registry was called', async () => {
    await start({ scheme: 'bearer' })
    const answer = await fetch(`http://localhost:${registry.port}/v2/`)
    expect(answer.headers.get('www-authenticate')).toContain(`realm="http://localhost:${registry.port}/token"`)
  })
})
