import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dockerCredentials } from '../../../src/oras/credentials/docker-credentials.js'
import { catchError } from '../../support/catch-error.js'
import { answering, makeHelpers } from '../../support/make-helpers.js'
import { entryOf, fileOf, makeHome, writeFiles } from '../../support/make-home.js'
import { setVariables } from '../../support/set-variables.js'
import { skipOnWindows } from '../../support/skip-because.js'

const target = { registry: 'ghcr.io', repository: 'acme/web' }
const found = (password: string): object => ({ username: 'me', password })

describe('dockerCredentials()', () => {
  it("reads Docker's file in the home folder again at each call", async () => {
    const home = await makeHome()
    const credentials = dockerCredentials()
    expect(await credentials(target)).toBeUndefined()

    await writeFiles(home, { '.docker/config.json': fileOf('a') })
    expect(await credentials(target)).toEqual(found('a'))

    await writeFiles(home, { '.docker/config.json': fileOf('b') })
    expect(await credentials(target)).toEqual(found('b'))
  })

  it('reads the folder that DOCKER_CONFIG names, and no other', async () => {
    const home = await makeHome({ '.docker/config.json': fileOf('home'), 'ci/config.json': fileOf('ci') })
    const credentials = dockerCredentials()

    setVariables({ DOCKER_CONFIG: join(home, 'ci') })
    expect(await credentials(target)).toEqual(found('ci'))

    setVariables({ DOCKER_CONFIG: join(home, 'empty') })
    expect(await credentials(target)).toBeUndefined()

    setVariables({ DOCKER_CONFIG: '' })
    expect(await credentials(target)).toEqual(found('home'))
  })

  it('reads the file of the oldest versions if there is no newer one', async () => {
    const home = await makeHome({
      '.dockercfg': { 'https://ghcr.io/v1/': { ...entryOf('old'), email: 'a@b.example' } },
    })
    expect(await dockerCredentials()(target)).toEqual(found('old'))

    await writeFiles(home, { '.docker/config.json': {} })
    expect(await dockerCredentials()(target)).toBeUndefined()
  })

  it('reads the file that it is given, and no other', async () => {
    const home = await makeHome({ '.dockercfg': { 'ghcr.io': entryOf('old') }, 'a.json': fileOf('a') })

    expect(await dockerCredentials({ path: join(home, 'a.json') })(target)).toEqual(found('a'))
    expect(await dockerCredentials({ path: join(home, 'none.json') })(target)).toBeUndefined()
  })

  it.skipIf(skipOnWindows('asks the helper that the file names'))('asks the helper that the file names', async () => {
    await makeHelpers({ test: answering({ Username: 'me', Secret: 'vault' }) })
    await makeHome({ '.docker/config.json': { auths: { 'ghcr.io': {} }, credsStore: 'test' } })

    expect(await dockerCredentials()(target)).toEqual(found('vault'))
  })

  it('names the file that is broken', async () => {
    const home = await makeHome({ '.docker/config.json': '{"auths"' })

    expect(await catchError(() => dockerCredentials()(target))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      source: join(home, '.docker/config.json'),
    })
  })

  it.each(['', 5, null, 'a\0b'])('refuses the path %j at once', (path) => {
    expect(() => dockerCredentials({ path: path as string })).toThrow(TypeError)
  })
})
