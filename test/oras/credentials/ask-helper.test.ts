import { describe, expect, it } from 'vitest'
import { askHelper, chooseHelper, getFromHelper } from '../../../src/oras/credentials/ask-helper.js'
import { CredentialError } from '../../../src/oras/errors/oci-error.js'
import { catchError } from '../../support/catch-error.js'
import { answering, FINDS_NOTHING, makeHelpers } from '../../support/make-helpers.js'
import { skipOnWindows } from '../../support/skip-because.js'

const helper = { name: 'docker-credential-test', isGlobal: true }
const get = { action: 'get', server: 'ghcr.io', input: 'ghcr.io' } as const
const PREFIX = 'Cannot get the login to ghcr.io with docker-credential-test: '

describe.skipIf(skipOnWindows('askHelper()'))('askHelper()', () => {
  it('returns what the helper wrote', async () => {
    await makeHelpers({ test: 'echo "$1 $(cat)"' })

    expect(await askHelper(helper, get)).toBe('get ghcr.io\n')
  })

  it('recognises the messages for "not found", and no others', async () => {
    await makeHelpers({ test: FINDS_NOTHING })
    expect(await askHelper(helper, get)).toBeUndefined()

    await makeHelpers({ test: "echo 'credentials not found in native keychain: is it locked?'; exit 1" })
    expect(await catchError(() => askHelper(helper, get))).toBeInstanceOf(CredentialError)

    await makeHelpers({ test: "echo 'credentials not found in native keychain'" })
    expect(await askHelper(helper, get)).toBe('credentials not found in native keychain\n')
  })

  it('reports a missing helper', async () => {
    const error = await catchError(() => askHelper(helper, get))

    expect(error).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `${PREFIX}it is not on the PATH`,
      source: 'docker-credential-test',
      isGlobal: true,
    })
    expect(error).toBeInstanceOf(CredentialError)
  })

  it.each<[script: string, reason: string]>([
    ["echo 'no credentials server URL'; exit 1", 'it ended with 1: no credentials server URL'],
    ["echo 'no credentials username'; exit 1", 'it ended with 1: no credentials username'],
    [
      "echo 'error getting credentials: exit status 2'; exit 1",
      'it ended with 1: error getting credentials, exit status 2',
    ],
    ['exit 4', 'it ended with 4'],
    ['kill -9 $$', 'it crashed'],
    ["echo 'half an ans'; kill -9 $$", 'it crashed and an answer that is not shown'],
    [
      `printf 'pass not initialized:\\033[2J exit status 1: Error: permission denied\\nexit status 1'; exit 1`,
      'it ended with 1: pass not initialized, exit status 1, permission denied',
    ],
    [
      "echo 'exit status 2 permission denied i/o timeout ExpiredToken'; exit 1",
      'it ended with 1: exit status 2, permission denied, i/o timeout',
    ],
    ["echo 'exit status 31337'; exit 1", 'it ended with 1 and an answer that is not shown'],
    ["printf '%05000d exit status 2' 0; exit 1", 'it ended with 1 and an answer that is not shown'],
    ['yes', 'it wrote more than 65536 bytes'],
    [
      `echo '{"ServerURL":"ghcr.io","Username":"me","Secret":"s3cret"}'; exit 1`,
      'it ended with 1 and an answer that is not shown',
    ],
    ["echo 'Password: s3cret'; exit 1", 'it ended with 1 and an answer that is not shown'],
    ["echo 'permission denied: https://me:s3cret@vault.example/a'; exit 1", 'it ended with 1: permission denied'],
    // Short, and without a word that marks it as a secret.
    ["echo 's3cret is wrong'; exit 1", 'it ended with 1 and an answer that is not shown'],
    ["echo 'a'; exit 1", 'it ended with 1 and an answer that is not shown'],
    ["echo 'czNjcmV0'; exit 1", 'it ended with 1 and an answer that is not shown'],
    ['echo s3cret >&2; exit 1', 'it ended with 1'],
  ])('%s: says what is wrong in fixed words, and nothing else', async (script, reason) => {
    await makeHelpers({ test: script })

    const error = await catchError(() => askHelper({ ...helper, isGlobal: false }, get))

    expect(error.message).toBe(PREFIX + reason)
    expect(error).toMatchObject({ source: 'docker-credential-test', isGlobal: false })
    expect(`${error.stack}${String(error.cause)}`).not.toContain('s3cret')
  })

  it('does not repeat the secret that it was to store', async () => {
    await makeHelpers({ test: 'echo "cannot keep s3cret"; exit 1' })

    const error = await catchError(() => askHelper(helper, { ...get, action: 'store' }))

    expect(error.message).toBe(
      'Cannot store the login to ghcr.io with docker-credential-test: it ended with 1 and an answer that is not shown',
    )
  })

  it('rejects with the reason of the signal', async () => {
    await makeHelpers({ test: 'sleep 1000' })
    const reason = new Error('enough')

    expect(await catchError(() => askHelper(helper, { ...get, signal: AbortSignal.abort(reason) }))).toBe(reason)
  })

  it('keeps the time-out as the cause', async () => {
    await makeHelpers({ test: 'sleep 1000' })

    expect(await catchError(() => askHelper(helper, { ...get, timeLimit: 50 }))).toMatchObject({
      message: `${PREFIX}it did not end within 50 ms`,
      cause: expect.objectContaining({ message: 'it did not end within 50 ms' }),
    })
  })
})

const choose = (credHelpers: Readonly<Record<string, string>>, registry: string): string | undefined =>
  chooseHelper({ source: 'config.json', credHelpers: Object.entries(credHelpers), credsStore: 'all' }, registry)?.name

describe('chooseHelper()', () => {
  it.each([
    ['the only one', { 'ghcr.io': 'a' }, 'ghcr.io', 'a'],
    ['the one of another spelling', { 'https://ghcr.io/v1/': 'a' }, 'ghcr.io', 'a'],
    // Docker itself asks for exactly this name.
    ['the very name before another spelling', { 'http://ghcr.io': 'a', 'ghcr.io': 'b' }, 'ghcr.io', 'b'],
    ['Docker Hub’s own key', { 'docker.io': 'a', 'https://index.docker.io/v1/': 'b' }, 'docker.io', 'b'],
    ['the one for all, for another registry', { 'ghcr.io': 'a' }, 'quay.io', 'all'],
    ['the one for all, for a look-alike', { 'ghcr.io': 'a' }, 'ghcr.io.evil.example', 'all'],
  ])('takes %s', (_, credHelpers, registry, expected) => {
    expect(choose(credHelpers, registry)).toBe(`docker-credential-${expected}`)
  })
})

const own = { name: 'docker-credential-test', isGlobal: false }
const getLogin = async (server = 'ghcr.io'): Promise<unknown> => getFromHelper(own, server, {})

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
    ['members in another case', { serverurl: 'ghcr.io', userName: 'a', SECRET: 'b' }, { username: 'a', password: 'b' }],
    ['an empty object', {}, undefined],
    ['a server without a login', { ServerURL: 'ghcr.io' }, undefined],
    ['null in place of a login', { ServerURL: null, Username: null, Secret: null }, undefined],
    ['a key __proto__ alone', JSON.parse('{"__proto__":{"Username":"me","Secret":"a"}}') as object, undefined],
    ['an empty login', { ServerURL: 'ghcr.io', Username: '', Secret: '' }, undefined],
  ])('understands %s', async (_, answer, credential) => {
    await makeHelpers({ test: answering(answer) })

    expect(await getLogin()).toEqual(credential)
  })

  it('finds no login if the helper has none', async () => {
    await makeHelpers({ test: FINDS_NOTHING })

    expect(await getLogin()).toBeUndefined()
  })

  it.each(['ghcr.io', 'https://index.docker.io/v1/'])('asks for %s, and for nothing else', async (server) => {
    await makeHelpers({ test: `printf '{"Username":"%s","Secret":"%s"}' "$1" "$(cat)"` })

    expect(await getLogin(server)).toEqual({ username: 'get', password: server })
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
    ['{"ServerURL":"ghcr.io","Username":"","Secret":"s3cret"}', 'its answer has a secret, but no user name'],
    ['{"ServerURL":"quay.io","Username":"me","Secret":"s3cret"}', 'its answer is the login to another server'],
    [
      '{"ServerURL":"ghcr.io.evil.example","Username":"me","Secret":"s3cret"}',
      'its answer is the login to another server',
    ],
    ['{"ServerURL":"ghcr.io:5000","Username":"me","Secret":"s3cret"}', 'its answer is the login to another server'],
  ])('refuses the answer %s, and quotes nothing of it', async (answer, reason) => {
    await makeHelpers({ test: `cat >/dev/null; echo '${answer}'` })

    const error = await catchError(getLogin)

    expect(error).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot get the login to ghcr.io with docker-credential-test: ${reason}`,
    })
    expect(error.cause).toBeUndefined()
  })
})
