import { describe, expect, it } from 'vitest'
import {
  dockerConfigPath,
  helmConfigPath,
  legacyDockerPath,
  requireConfigPath,
} from '../../src/credentials/config-paths.js'
import { defaultCredentials } from '../../src/credentials/default-credentials.js'
import { catchError } from '../catch-error.js'
import { makeHome } from './make-home.js'
import { setVariables } from './set-variables.js'
import { skipOnWindows } from '../skip-because.js'

describe.skipIf(skipOnWindows('without a home folder'))('without a home folder', () => {
  it('there are no files, none in the current folder either', async () => {
    await makeHome()
    setVariables({ HOME: '' })

    expect([dockerConfigPath(), legacyDockerPath(), helmConfigPath()]).toEqual([undefined, undefined, undefined])
    expect(await defaultCredentials()({ registry: 'ghcr.io', repository: 'a' })).toBeUndefined()
  })

  it('a login needs to be told where to go', async () => {
    await makeHome()
    setVariables({ HOME: '' })

    expect(await catchError(requireConfigPath)).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: 'Cannot find the file for logins: there is no home folder',
    })
    setVariables({ DOCKER_CONFIG: '/ci' })
    expect(requireConfigPath()).toBe('/ci/config.json')
  })
})
