import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dockerCredentials } from '../../../src/oras/credentials/docker-credentials.js'
import { eraseCredential, storeCredential } from '../../../src/oras/credentials/store-credential.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { FINDS_NOTHING, makeHelpers, makeVault } from '../../support/make-helpers.js'
import { entryOf, writeFiles } from '../../support/make-home.js'
import { skipOnWindows } from '../../support/skip-because.js'

const login = { username: 'me', password: 's3:cret' }

async function makeConfig(content: object): Promise<string> {
  const folder = await makeFolder()
  await writeFiles(folder, { 'config.json': content })
  return join(folder, 'config.json')
}
const read = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))
const find = async (path: string, registry: string): Promise<unknown> =>
  dockerCredentials({ path })({ registry, repository: 'a' })

describe('storeCredential()', () => {
  it.each([
    ['ghcr.io', 'ghcr.io'],
    ['GHCR.io', 'ghcr.io'],
    ['localhost:5000', 'localhost:5000'],
    ['docker.io', 'https://index.docker.io/v1/'],
    ['registry-1.docker.io', 'https://index.docker.io/v1/'],
  ])('keeps the login to %s under %s, and it is found again', async (registry, key) => {
    const path = join(await makeFolder(), 'config.json')

    expect(await storeCredential(registry, login, { path })).toBe(path)

    expect(await read(path)).toEqual({ auths: { [key]: { auth: Buffer.from('me:s3:cret').toString('base64') } } })
    expect(await find(path, registry)).toEqual(login)
  })

  it('replaces the login in its entry, tokens too, removes it under its other names, and keeps all other logins', async () => {
    const auths = {
      'quay.io': entryOf('other'),
      'ghcr.io': { auth: 'YTpi', identitytoken: 'old', registrytoken: 'old', email: 'a@b.example' },
      'ghcr.io/acme': entryOf('acme'),
      'https://ghcr.io': entryOf('older'),
    }
    const path = await makeConfig({ auths })

    await storeCredential('ghcr.io', login, { path })

    const { auths: written } = (await read(path)) as { auths: object }
    expect(Object.keys(written)).toEqual(Object.keys(auths))
    expect(written).toEqual({
      ...auths,
      'https://ghcr.io': {},
      'ghcr.io': { email: 'a@b.example', auth: Buffer.from('me:s3:cret').toString('base64') },
    })
    expect(await find(path, 'ghcr.io')).toEqual(login)
  })
})

describe('eraseCredential()', () => {
  it('removes all names of the registry, and nothing else', async () => {
    const others = { 'quay.io': entryOf('a'), 'ghcr.io/acme': entryOf('b'), 'ghcr.io:443': entryOf('c') }
    const own = { 'ghcr.io': entryOf('d'), 'https://ghcr.io/v1/': entryOf('e'), 'GHCR.io': {} }
    const path = await makeConfig({ auths: { ...own, ...others }, HttpHeaders: { a: 'b' } })

    expect(await eraseCredential('ghcr.io', { path })).toEqual([path])

    expect(await read(path)).toEqual({ auths: others, HttpHeaders: { a: 'b' } })
  })

  it('removes all names of Docker Hub', async () => {
    const hub = ['docker.io', 'https://index.docker.io/v1/', 'registry-1.docker.io']
    const path = await makeConfig({ auths: Object.fromEntries(hub.map((key) => [key, entryOf('a')])) })

    expect(await eraseCredential('index.docker.io', { path })).toEqual([path])
    expect(await read(path)).toEqual({ auths: {} })
  })

  it('reports that there was nothing, and leaves the file as it is', async () => {
    const path = await makeConfig({ auths: { 'quay.io': entryOf('a') } })
    const before = await readFile(path, 'utf8')

    expect(await eraseCredential('ghcr.io', { path })).toEqual([])
    expect(await readFile(path, 'utf8')).toBe(before)
    expect(await eraseCredential('ghcr.io', { path: `${path}.none` })).toEqual([])
    await expect(readFile(`${path}.none`)).rejects.toThrow('ENOENT')
  })
})

describe.skipIf(skipOnWindows('a login that a helper keeps'))('a login that a helper keeps', () => {
  it.each([{ credsStore: 'vault' }, { credHelpers: { 'ghcr.io': 'vault' } }])(
    'is stored, found and erased there, and the file has none: %j',
    async (helpers) => {
      const { vault } = await makeVault('vault')
      const path = await makeConfig(helpers)

      expect(await storeCredential('ghcr.io', login, { path })).toBe('docker-credential-vault')

      expect(await readdir(vault)).toEqual(['ghcr.io'])
      expect(await read(path)).toEqual(helpers)
      expect(await find(path, 'ghcr.io')).toEqual(login)
      expect(await eraseCredential('ghcr.io', { path })).toEqual(['docker-credential-vault'])
      expect(await readdir(vault)).toEqual([])
      expect(await eraseCredential('ghcr.io', { path })).toEqual([])
    },
  )

  it('does not stay in the file, where an older one was', async () => {
    await makeVault('vault')
    const auths = { 'ghcr.io': { ...entryOf('old'), email: 'a@b.example' }, 'quay.io': entryOf('a') }
    const path = await makeConfig({ auths, credsStore: 'vault' })

    await storeCredential('ghcr.io', login, { path })

    expect(await read(path)).toEqual({
      auths: { ...auths, 'ghcr.io': { email: 'a@b.example' } },
      credsStore: 'vault',
    })
  })

  it('is erased in both places, and no other login is', async () => {
    const { vault } = await makeVault('vault')
    const path = await makeConfig({ credsStore: 'vault' })
    await storeCredential('ghcr.io', login, { path })
    await storeCredential('quay.io', login, { path })
    await writeFiles(join(path, '..'), {
      'config.json': { credsStore: 'vault', auths: { 'ghcr.io': entryOf('old'), 'quay.io': {} } },
    })

    expect(await eraseCredential('ghcr.io', { path })).toEqual(['docker-credential-vault', path])
    expect(await readdir(vault)).toEqual(['quay.io'])
    expect(await read(path)).toEqual({ credsStore: 'vault', auths: { 'quay.io': {} } })
  })

  it('is erased under the names that other tools gave it', async () => {
    const { vault } = await makeVault('vault')
    const path = await makeConfig({ credsStore: 'vault' })
    const answer = (server: string): object => ({ ServerURL: server, Username: 'me', Secret: 'a' })
    await writeFiles(vault, {
      'https___index.docker.io_v1_': answer('https://index.docker.io/v1/'),
      'docker.io': answer('docker.io'),
      'https___ghcr.io': answer('https://ghcr.io'),
    })

    expect(await eraseCredential('docker.io', { path })).toEqual(['docker-credential-vault'])
    expect(await readdir(vault)).toEqual(['https___ghcr.io'])
  })

  it.each([
    ['is missing', ''],
    ['fails', 'cat; exit 1'],
    ['says what is no answer to it', FINDS_NOTHING],
  ])('is kept nowhere if the helper %s', async (_, script) => {
    if (script !== '') await makeHelpers({ vault: script })
    const config = { auths: { 'ghcr.io': entryOf('old') }, credsStore: 'vault' }
    const path = await makeConfig(config)

    const error = await catchError(() => storeCredential('ghcr.io', login, { path }))

    expect(error).toMatchObject({ code: 'ERR_CREDENTIALS', source: 'docker-credential-vault', isGlobal: true })
    expect(error.message).not.toContain('s3:cret')
    expect(await read(path)).toEqual(config)
  })

  it('is not reported as erased if the helper fails', async () => {
    await makeHelpers({
      vault: 'cat >/dev/null; [ "$1" = get ] || exit 1; echo \'{"Username":"me","Secret":"a"}\'',
    })
    const path = await makeConfig({ credsStore: 'vault' })

    expect(await catchError(() => eraseCredential('ghcr.io', { path }))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: 'Cannot erase the login to ghcr.io with docker-credential-vault: it ended with 1',
    })
  })
})
