import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { containersCredentials } from '../../../src/oras/credentials/containers-credentials.js'
import { containersPaths } from '../../../src/oras/credentials/config-paths.js'
import type { CredentialTarget } from '../../../src/oras/credentials/credential.js'
import { catchError } from '../../support/catch-error.js'
import { answering, FINDS_NOTHING, makeHelpers } from '../../support/make-helpers.js'
import { entryOf, fileOf, makeHome, writeFiles } from '../../support/make-home.js'
import { setVariables } from '../../support/set-variables.js'
import { skipBecause, skipOnWindows } from '../../support/skip-because.js'

const target = { registry: 'ghcr.io', repository: 'acme/charts/web' }
const found = (password: string): object => ({ username: 'me', password })

describe('containersCredentials()', () => {
  it.skipIf(skipBecause(process.platform !== 'linux' && 'this is not Linux', 'where Podman keeps logins'))(
    'looks where Podman does',
    async () => {
      const home = await makeHome({ '.config/containers/auth.json': fileOf('home') })
      const credentials = containersCredentials()
      expect(await credentials(target)).toEqual(found('home'))

      await writeFiles(home, { 'xdg/containers/auth.json': fileOf('xdg') })
      setVariables({ XDG_CONFIG_HOME: join(home, 'xdg') })
      expect(await credentials(target)).toEqual(found('xdg'))

      await writeFiles(home, { 'run/containers/auth.json': fileOf('other', 'quay.io') })
      expect(await credentials(target)).toEqual(found('xdg'))

      await writeFiles(home, { 'run/containers/auth.json': fileOf('run') })
      expect(await credentials(target)).toEqual(found('run'))

      setVariables({ XDG_RUNTIME_DIR: undefined })
      expect(containersPaths()[0]).toBe(`/run/containers/${process.getuid?.()}/auth.json`)
    },
  )

  it('takes the longest path that fits', async () => {
    const home = await makeHome({
      'auth.json': {
        auths: {
          'ghcr.io': entryOf('all'),
          'ghcr.io/acme': entryOf('acme'),
          'ghcr.io/acme/charts': entryOf('charts'),
          'docker.io/acme': entryOf('hub'),
          'registry-1.docker.io': entryOf('hub of all'),
        },
      },
    })
    const credentials = containersCredentials({ path: join(home, 'auth.json') })
    const ask = async (registry: string, repository: string): Promise<unknown> => credentials({ registry, repository })

    expect(await ask('ghcr.io', 'acme/charts/web')).toEqual(found('charts'))
    expect(await ask('ghcr.io', 'acme/charts')).toEqual(found('charts'))
    expect(await ask('ghcr.io', 'acme/chartsx')).toEqual(found('acme'))
    expect(await ask('ghcr.io', 'acmex')).toEqual(found('all'))
    expect(await ask('ghcr.io:5000', 'acme')).toBeUndefined()
    expect(await ask('docker.io', 'acme/web')).toEqual(found('hub'))
    expect(await ask('registry-1.docker.io', 'acme/web')).toEqual(found('hub'))
    expect(await ask('docker.io', 'other/web')).toEqual(found('hub of all'))
  })

  it.each([
    [['docker.io', 'https://index.docker.io/v1/']],
    [['https://index.docker.io/v1/', 'docker.io']],
    [['registry-1.docker.io', 'https://index.docker.io/v1/', 'docker.io']],
  ])("takes the key docker.io before Docker's key, in any order: %j", async (keys) => {
    const auths = Object.fromEntries(keys.map((key) => [key, entryOf(key)]))
    const credentials = containersCredentials({ path: join(await makeHome({ 'auth.json': { auths } }), 'auth.json') })

    expect(await credentials({ registry: 'docker.io', repository: 'acme/web' })).toEqual(found('docker.io'))
  })

  it.skipIf(skipOnWindows('asks the helper of a registry, and the next file if it has none'))(
    'asks the helper of a registry, and the next file if it has none',
    async () => {
      await makeHelpers({ nothing: FINDS_NOTHING, hub: `printf '{"Username":"me","Secret":"%s"}' "$(cat)"` })
      await makeHome({
        'run/containers/auth.json': { ...fileOf('old'), credHelpers: { 'ghcr.io': 'nothing', 'docker.io': 'hub' } },
        '.config/containers/auth.json': fileOf('next'),
      })
      const ask = async (wanted: CredentialTarget): Promise<unknown> => containersCredentials()(wanted)

      if (process.platform === 'linux') expect(await ask(target)).toEqual(found('next'))
      if (process.platform === 'linux') {
        // Podman has its own name for it.
        expect(await ask({ registry: 'docker.io', repository: 'a' })).toEqual(found('docker.io'))
      }
    },
  )

  it('ignores a helper for all registries, as Podman does', async () => {
    await makeHelpers({ test: answering({ Username: 'me', Secret: 'vault' }) })
    const home = await makeHome({ 'auth.json': { ...fileOf('file'), credsStore: 'test' } })

    expect(await containersCredentials({ path: join(home, 'auth.json') })(target)).toEqual(found('file'))
  })

  it('names the file that is broken', async () => {
    const home = await makeHome({ '.config/containers/auth.json': '[' })

    expect(await catchError(() => containersCredentials()(target))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      source: join(home, '.config/containers/auth.json'),
    })
  })
})
