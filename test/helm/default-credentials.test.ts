import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultCredentials } from '../../src/helm/default-credentials.js'
import { fileOf, makeHome } from '../support/make-home.js'
import { setVariables } from '../support/set-variables.js'

const target = { registry: 'ghcr.io', repository: 'acme/web' }
const found = (password: string): object => ({ username: 'me', password })

describe('defaultCredentials()', () => {
  it("asks the environment, then Helm's file, then Docker's, then Podman's", async () => {
    const home = await makeHome({
      'helm/registry/config.json': fileOf('helm'),
      '.docker/config.json': fileOf('docker'),
      '.config/containers/auth.json': fileOf('podman'),
    })
    setVariables({ HELM_CONFIG_HOME: join(home, 'helm'), DOCKER_AUTH_CONFIG: JSON.stringify(fileOf('variable')) })
    const credentials = defaultCredentials()

    expect(await credentials(target)).toEqual(found('variable'))
    setVariables({ DOCKER_AUTH_CONFIG: undefined })
    expect(await credentials(target)).toEqual(found('helm'))
    await rm(join(home, 'helm'), { recursive: true })
    expect(await credentials(target)).toEqual(found('docker'))
    await rm(join(home, '.docker'), { recursive: true })
    expect(await credentials(target)).toEqual(found('podman'))
    await rm(join(home, '.config'), { recursive: true })
    expect(await credentials(target)).toBeUndefined()
  })

  it('asks the next file if one has only logins of other registries', async () => {
    await makeHome({
      '.docker/config.json': fileOf('wrong', 'quay.io'),
      '.config/containers/auth.json': fileOf('podman'),
    })

    expect(await defaultCredentials()(target)).toEqual(found('podman'))
  })
})
