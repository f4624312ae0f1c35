import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { helmCredentials } from '../../src/helm/helm-credentials.js'
import { catchError } from '../support/catch-error.js'
import { fileOf, makeHome, writeFiles } from '../support/make-home.js'
import { setVariables } from '../support/set-variables.js'

const target = { registry: 'ghcr.io', repository: 'acme/web' }
const passwordOf = async (): Promise<unknown> => (await helmCredentials()(target)) ?? 'none'
const found = (password: string): object => ({ username: 'me', password })

const OWN = { darwin: 'Library/Preferences/helm', win32: 'AppData/helm' } as Readonly<Record<string, string>>

describe('helmCredentials()', () => {
  it('looks where Helm does: the file that is named, the folder that is named, the usual folder', async () => {
    const home = await makeHome()
    setVariables({ APPDATA: join(home, 'AppData') })
    expect(await passwordOf()).toBe('none')

    await writeFiles(home, { [`${OWN[process.platform] ?? '.config/helm'}/registry/config.json`]: fileOf('usual') })
    expect(await passwordOf()).toEqual(found('usual'))

    setVariables({ XDG_CONFIG_HOME: join(home, 'xdg') })
    expect(await passwordOf()).toBe('none')
    await writeFiles(home, { 'xdg/helm/registry/config.json': fileOf('xdg') })
    expect(await passwordOf()).toEqual(found('xdg'))

    setVariables({ HELM_CONFIG_HOME: join(home, 'own') })
    expect(await passwordOf()).toBe('none')
    await writeFiles(home, { 'own/registry/config.json': fileOf('own') })
    expect(await passwordOf()).toEqual(found('own'))

    setVariables({ HELM_REGISTRY_CONFIG: join(home, 'named.json') })
    expect(await passwordOf()).toBe('none')
    await writeFiles(home, { 'named.json': fileOf('named') })
    expect(await passwordOf()).toEqual(found('named'))
  })

  it('reads the file that it is given, and no other', async () => {
    const home = await makeHome({ '.config/helm/registry/config.json': fileOf('usual'), 'a.json': fileOf('a') })

    expect(await helmCredentials({ path: join(home, 'a.json') })(target)).toEqual(found('a'))
    expect(await helmCredentials({ path: join(home, 'none.json') })(target)).toBeUndefined()
  })

  it('names the file that is broken', async () => {
    const home = await makeHome({ 'a.json': '[' })
    setVariables({ HELM_REGISTRY_CONFIG: join(home, 'a.json') })

    expect(await catchError(() => helmCredentials()(target))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      source: join(home, 'a.json'),
    })
  })
})
