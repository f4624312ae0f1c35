import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dockerCredentials, loginRegistry, logoutRegistry, type PasswordCredential } from '../../src/index.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../src/testing/index.js'
import { catchError } from '../support/catch-error.js'
import { makeHome, writeFiles } from '../support/make-home.js'
import { makeVault } from '../support/make-helpers.js'
import { DEAD } from '../support/owners.js'
import { skipOnWindows } from '../support/skip-because.js'

const login = { username: 'me', password: 's3cret' }

async function start(options: TestRegistryOptions): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(() => registry.close())
  return registry
}
const guarded = async (scheme: 'basic' | 'bearer'): Promise<TestRegistry> => start({ auth: { scheme, ...login } })

describe('loginRegistry()', () => {
  it.each(['basic', 'bearer'] as const)(
    'tries the login at a registry with %s, and keeps it in Docker’s file',
    async (scheme) => {
      const home = await makeHome()
      const { host } = await guarded(scheme)
      const file = join(home, '.docker/config.json')

      expect(await loginRegistry(host, login)).toEqual({ registry: host, storedIn: file })

      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ auths: { [host]: { auth: 'bWU6czNjcmV0' } } })
      if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(await dockerCredentials()({ registry: host, repository: 'a' })).toEqual(login)
    },
  )

  it.each(['basic', 'bearer'] as const)('keeps no login that a registry with %s refuses', async (scheme) => {
    const home = await makeHome()
    const { host } = await guarded(scheme)

    const error = await catchError(() => loginRegistry(host, { ...login, password: 'wrong-one' }))

    expect(error).toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('wrong-one')
    expect(await readdir(home)).toEqual([])
  })

  it('keeps no login for a web site that answers 200 to everything', async () => {
    const home = await makeHome()
    const { host } = await start({
      intercept: ({ path }) =>
        path === '/login'
          ? { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<p>Log in' }
          : { status: 302, headers: { Location: '/login' } },
    })

    expect(await catchError(() => loginRegistry(host, login))).toMatchObject({
      code: 'ERR_REGISTRY',
      message: `Cannot log in to ${host}: the answer is a web page`,
    })
    expect(await readdir(home)).toEqual([])
  })

  it('keeps no login if the registry cannot be reached', async () => {
    const home = await makeHome()
    const registry = await guarded('basic')
    await registry.close()

    expect(await catchError(() => loginRegistry(registry.host, login, { retry: false }))).toMatchObject({
      code: 'ERR_NETWORK',
    })
    expect(await readdir(home)).toEqual([])
  })

  it('keeps it in the file that is named', async () => {
    const home = await makeHome()
    const { host } = await guarded('basic')
    const path = join(home, 'ci/auth.json')

    expect(await loginRegistry(host, login, { path })).toEqual({ registry: host, storedIn: path })
    expect(await readdir(home)).toEqual(['ci'])
  })

  it.skipIf(skipOnWindows('keeps it with the helper that Docker’s file names'))(
    'keeps it with the helper that Docker’s file names',
    async () => {
      const { vault } = await makeVault('vault')
      await makeHome({ '.docker/config.json': { credsStore: 'vault' } })
      const { host } = await guarded('basic')

      expect(await loginRegistry(host, login)).toEqual({ registry: host, storedIn: 'docker-credential-vault' })
      expect(await readdir(vault)).toHaveLength(1)
      expect(await logoutRegistry(host)).toEqual({ registry: host, removedFrom: ['docker-credential-vault'] })
      expect(await readdir(vault)).toEqual([])
    },
  )

  it.each<[what: string, given: object]>([
    ['an empty user name', { username: '', password: 'a' }],
    ['a colon in the user name', { username: 'a:b', password: 'a' }],
    ['what stands for a token', { username: '<token>', password: 'a' }],
    ['a NUL', { username: 'a', password: 'a\0' }],
    ['no password', { username: 'a' }],
    ['no user name', { password: 'a' }],
  ])('refuses %s before anything is sent', async (_, given) => {
    const home = await makeHome()
    const registry = await guarded('basic')

    expect(await catchError(() => loginRegistry(registry.host, given as PasswordCredential))).toBeInstanceOf(TypeError)
    expect(registry.requests).toEqual([])
    expect(await readdir(home)).toEqual([])
  })

  it('refuses an invalid path before anything is sent', async () => {
    const registry = await guarded('basic')

    expect(await catchError(() => loginRegistry(registry.host, login, { path: '' }))).toBeInstanceOf(TypeError)
    expect(registry.requests).toEqual([])
  })

  it.each(['', 'https://ghcr.io', 'oci://ghcr.io', 'ghcr.io/acme', 'ghcr.io:tag', 'ghcr.io:0', 'a b', '*'])(
    'refuses %j, which is no registry',
    async (registry) => {
      expect(await catchError(() => loginRegistry(registry, login))).toMatchObject({ code: 'ERR_INVALID_REFERENCE' })
      expect(await catchError(() => logoutRegistry(registry))).toMatchObject({ code: 'ERR_INVALID_REFERENCE' })
    },
  )

  it.each(['me:hunter2@ghcr.io', 'https://me:hunter2@ghcr.io/v2/'])(
    'does not repeat the password in %s',
    async (registry) => {
      const error = await catchError(() => loginRegistry(registry, login))

      expect(error).toMatchObject({ code: 'ERR_INVALID_REFERENCE' })
      expect(`${error.stack}${JSON.stringify(error)}`).not.toContain('hunter2')
    },
  )

  it('stops at its signal, and keeps no login', async () => {
    const home = await makeHome()
    const reason = new Error('enough')
    const controller = new AbortController()
    const { host } = await start({
      intercept: () => {
        controller.abort(reason)
        return undefined
      },
    })

    expect(await catchError(() => loginRegistry(host, login, { signal: controller.signal }))).toBe(reason)
    expect(await readdir(home)).toEqual([])
  })

  it('keeps two logins that are made at once', async () => {
    const home = await makeHome()
    const registries = await Promise.all([guarded('basic'), guarded('bearer'), guarded('basic')])

    await Promise.all(registries.map(({ host }) => loginRegistry(host, login)))

    const { auths } = JSON.parse(await readFile(join(home, '.docker/config.json'), 'utf8')) as { auths: object }
    expect(Object.keys(auths).toSorted()).toEqual(registries.map(({ host }) => host).toSorted())
  })
})

describe('logoutRegistry()', () => {
  it('erases the login without a request, and says when there was nothing', async () => {
    const home = await makeHome()
    const registry = await guarded('basic')
    await loginRegistry(registry.host, login)
    registry.clearRequests()

    const file = join(home, '.docker/config.json')
    expect(await logoutRegistry(registry.host)).toEqual({ registry: registry.host, removedFrom: [file] })
    expect(await logoutRegistry(registry.host)).toEqual({ registry: registry.host, removedFrom: [] })

    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ auths: {} })
    expect(registry.requests).toEqual([])
  })

  it('erases in the file that is named, and in no other', async () => {
    const home = await makeHome()
    const file = { auths: { 'ghcr.io': { auth: 'YTpi' } } }
    await writeFiles(home, { '.docker/config.json': file, 'a.json': file })

    expect(await logoutRegistry('ghcr.io', { path: join(home, 'a.json') })).toMatchObject({
      removedFrom: [join(home, 'a.json')],
    })
    expect(JSON.parse(await readFile(join(home, '.docker/config.json'), 'utf8'))).toEqual(file)
  })

  it('stops at its signal before it does anything', async () => {
    const home = await makeHome({ '.docker/config.json': { auths: { 'ghcr.io': { auth: 'YTpi' } } } })
    const reason = new Error('enough')

    expect(await catchError(() => logoutRegistry('ghcr.io', { signal: AbortSignal.abort(reason) }))).toBe(reason)
    expect(await readFile(join(home, '.docker/config.json'), 'utf8')).toContain('ghcr.io')
  })
})

describe.skipIf(skipOnWindows('the file of logins behind a link'))('after a login that was killed', () => {
  /** Makes the temporary folder that it left next to the file to which a link leads. */
  async function makeLeft(): Promise<{ path: string; folder: string }> {
    const home = await makeHome()
    const folder = join(home, 'kept')
    const left = join(folder, `.oras-helm-${DEAD}-AAAAAA`)
    await mkdir(left, { recursive: true, mode: 0o700 })
    await writeFile(join(left, 'new'), '{"auths":{"ghcr.io":{"auth":"bWU6czNjcmV0"}}}')
    await symlink('kept/auth.json', join(home, 'config.json'))
    return { path: join(home, 'config.json'), folder }
  }

  it('its password is removed when a login is refused, and before the first request', async () => {
    const { path, folder } = await makeLeft()
    const seen: string[][] = []
    const registry = await guarded('basic')
    const watching: typeof fetch = async (...request) => {
      seen.push(await readdir(folder))
      return fetch(...request)
    }

    const wrong = { ...login, password: 'wrong-one' }
    const error = await catchError(() => loginRegistry(registry.host, wrong, { path, fetch: watching }))

    expect(error).toMatchObject({ code: 'ERR_UNAUTHORIZED' })
    expect(seen[0]).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  it('its password is removed when a login is tried at a registry that cannot be reached', async () => {
    const { path, folder } = await makeLeft()
    const registry = await guarded('basic')
    await registry.close()

    await catchError(() => loginRegistry(registry.host, login, { path, retry: false }))

    expect(await readdir(folder)).toEqual([])
  })

  it('its password is removed by a logout, also by one that has nothing to erase or fails', async () => {
    const nothing = await makeLeft()
    await logoutRegistry('ghcr.io', { path: nothing.path })
    expect(await readdir(nothing.folder)).toEqual([])

    const broken = await makeLeft()
    await writeFile(join(broken.folder, 'auth.json'), 'broken')
    const error = await catchError(() => logoutRegistry('ghcr.io', { path: broken.path }))
    expect(error).toMatchObject({ code: 'ERR_CREDENTIALS' })
    expect(await readdir(broken.folder)).toEqual(['auth.json'])
  })
})
