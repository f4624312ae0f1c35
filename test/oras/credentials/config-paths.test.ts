import { describe, expect, it } from 'vitest'
import { dockerConfigPath, legacyDockerPath, requireConfigPath } from '../../../src/oras/credentials/config-paths.js'
import { defaultCredentials } from '../../../src/helm/default-credentials.js'
import { helmCredentials } from '../../../src/helm/helm-credentials.js'
import { catchError } from '../../support/catch-error.js'
import { makeHome } from '../../support/make-home.js'
import { setVariables } from '../../support/set-variables.js'
import { skipOnWindows } from '../../support/skip-because.js'

describe.skipIf(skipOnWindows('without a home folder'))('without a home folder', () => {
  it('there are no files, not even in the current folder', async () => {
    await makeHome()
    setVariables({ HOME: '' })

    expect([dockerConfigPath(), legacyDockerPath()]).toEqual([undefined, undefined])
    expect(await helmCredentials()({ registry: 'ghcr.io', repository: 'a' })).toBeUndefined()
    expect(await defaultCredentials()({ registry: 'ghcr.io', repository: 'a' })).toBeUndefined()
  })

  it('a login needs a path or DOCKER_CONFIG', async () => {
    await makeHome()
    setVariables({ HOME: '' })

    expect(await catchError(() => requireConfigPath(undefined))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: 'Cannot find the file for logins: there is no home folder',
    })
    setVariables({ DOCKER_CONFIG: '/ci' })
    expect(requireConfigPath(undefined)).toBe('/ci/config.json')
    expect(requireConfigPath('mine.json')).toBe('mine.json')
  })
})
