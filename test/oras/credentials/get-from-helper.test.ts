import { describe, expect, it } from 'vitest'
import { getFromHelper } from '../../../src/oras/credentials/get-from-helper.js'
import { catchError } from '../../support/catch-error.js'
import { answering, FINDS_NOTHING, makeHelpers } from '../../support/make-helpers.js'
import { skipOnWindows } from '../../support/skip-because.js'

const helper = { name: 'docker-credential-test', isGlobal: false }
const get = async (server = 'ghcr.io'): Promise<unknown> => getFromHelper(helper, server, {})

describe.skipIf(skipOnWindows('getFromHelper()'))('getFromHelper()', () => {
  it.each<[kind: string, answer: object, credential: object | undefined]>([
    ['a password', { ServerURL: 'ghcr.io', Username: 'me', Secret: 'a:b' }, { username: 'me', password: 'a:b' }],
    ['a token', { ServerURL: 'ghcr.io', Username: '<token>', Secret: 'refresh' }, { identityToken: 'refresh' }],
    ['no server', { Secret: 'b', Username: '_dcgcloud_token' }, { username: '_dcgcloud_token', password: 'b' }],
    ['an empty server', { ServerURL: '', Username: 'a', Secret: 'b' }, { username: 'a', password: 'b' }],
    [
      'another spelling',
      { ServerURL: 'https://GHCR.io/v2/', Username: 'a', Secret: 'b' },
      { username: 'a', password: 'b' },
    ],
    ['an empty password', { ServerURL: 'ghcr.io', Username: 'me', Secret: '' }, { username: 'me', password: '' }],
    ['an empty login', { ServerURL: 'ghcr.io', Username: '', Secret: '' }, undefined],
  ])('understands %s', async (_, answer, credential) => {
    await makeHelpers({ test: answering(answer) })

    expect(await get()).toEqual(credential)
  })

  it('finds nothing where the helper has nothing', async () => {
    await makeHelpers({ test: FINDS_NOTHING })

    expect(await get()).toBeUndefined()
  })

  it.each(['ghcr.io', 'https://index.docker.io/v1/'])('asks for %s, and for nothing else', async (server) => {
    await makeHelpers({ test: `printf '{"Username":"%s","Secret":"%s"}' "$1" "$(cat)"` })

    expect(await get(server)).toEqual({ username: 'get', password: server })
  })

  it.each<[answer: string, reason: string]>([
    ['', 'its answer is not a JSON object'],
    ['s3cret', 'its answer is not a JSON object'],
    ['["s3cret"]', 'its answer is not a JSON object'],
    ['{"ServerURL":"ghcr.io","Username":"me","Secret":"s3cret"', 'its answer is not a JSON object'],
    ['{"ServerURL":"ghcr.io","Username":"me"}', 'its answer has no Username and Secret'],
    ['{"ServerURL":"ghcr.io","Secret":"s3cret"}', 'its answer has no Username and Secret'],
    ['{"ServerURL":"ghcr.io","Username":"me","Secret":5}', 'its answer has no Username and Secret'],
    ['{"ServerURL":["ghcr.io"],"Username":"me","Secret":"s3cret"}', 'its answer has no Username and Secret'],
    ['{"__proto__":{"Username":"me","Secret":"s3cret"}}', 'its answer has no Username and Secret'],
    ['{"ServerURL":"ghcr.io","Username":"","Secret":"s3cret"}', 'its answer has a secret, but no user name'],
    ['{"ServerURL":"quay.io","Username":"me","Secret":"s3cret"}', 'its answer is the login to another server'],
    [
      '{"ServerURL":"ghcr.io.evil.example","Username":"me","Secret":"s3cret"}',
      'its answer is the login to another server',
    ],
    ['{"ServerURL":"ghcr.io:5000","Username":"me","Secret":"s3cret"}', 'its answer is the login to another server'],
  ])('refuses the answer %s, and quotes nothing of it', async (answer, reason) => {
    await makeHelpers({ test: `cat >/dev/null; echo '${answer}'` })

    const error = await catchError(get)

    expect(error).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot get the login to ghcr.io with docker-credential-test: ${reason}`,
    })
    expect(error.cause).toBeUndefined()
  })
})
