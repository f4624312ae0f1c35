import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { environmentCredentials } from '../../../src/oras/credentials/environment-credentials.js'
import { catchError } from '../../support/catch-error.js'
import { entryOf, fileOf, makeHome } from '../../support/make-home.js'
import { setVariables } from '../../support/set-variables.js'

const target = { registry: 'ghcr.io', repository: 'acme/web' }
const found = (password: string): object => ({ username: 'me', password })

describe('environmentCredentials()', () => {
  it('finds nothing where nothing is set', async () => {
    await makeHome({ '.docker/config.json': fileOf('a') })

    expect(await environmentCredentials()(target)).toBeUndefined()
  })

  it('reads the variables when it is called, the logins before the file', async () => {
    const home = await makeHome({ 'auth.json': { auths: { 'ghcr.io/acme': entryOf('file') } } })
    const credentials = environmentCredentials()

    setVariables({ REGISTRY_AUTH_FILE: join(home, 'auth.json') })
    expect(await credentials(target)).toEqual(found('file'))

    setVariables({ DOCKER_AUTH_CONFIG: JSON.stringify(fileOf('other', 'quay.io')) })
    expect(await credentials(target)).toEqual(found('file'))

    setVariables({ DOCKER_AUTH_CONFIG: JSON.stringify(fileOf('variable')) })
    expect(await credentials(target)).toEqual(found('variable'))

    setVariables({ DOCKER_AUTH_CONFIG: '', REGISTRY_AUTH_FILE: join(home, 'none.json') })
    expect(await credentials(target)).toBeUndefined()
  })

  it('names the variable that is broken, and quotes nothing of it', async () => {
    await makeHome()
    setVariables({ DOCKER_AUTH_CONFIG: 's3cret' })

    const error = await catchError(() => environmentCredentials()(target))

    expect(error).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: 'Cannot read the logins in DOCKER_AUTH_CONFIG: it is not JSON',
      source: 'DOCKER_AUTH_CONFIG',
    })
  })
})
