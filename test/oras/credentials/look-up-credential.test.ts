import { describe, expect, it } from 'vitest'
import { type DockerConfig, parseDockerConfig } from '../../../src/oras/credentials/docker-config.js'
import { lookUpCredential } from '../../../src/oras/credentials/look-up-credential.js'
import { catchError } from '../../support/catch-error.js'
import { answering, FINDS_NOTHING, makeHelpers } from '../../support/make-helpers.js'
import { skipOnWindows } from '../../support/skip-because.js'

const config = (content: object): DockerConfig => parseDockerConfig(JSON.stringify(content), 'config.json')
const entry = (login: string): object => ({ auth: Buffer.from(login).toString('base64') })
const target = { registry: 'ghcr.io', repository: 'acme/web' }

describe('lookUpCredential()', () => {
  it('finds the entry of the registry, whatever older name it has', async () => {
    for (const key of ['ghcr.io', 'https://ghcr.io', 'https://ghcr.io/v2/', 'GHCR.io', 'ghcr.io/acme']) {
      const auths = { 'quay.io': entry('other:wrong'), [key]: entry('me:s3cret') }

      expect(await lookUpCredential(config({ auths }), target)).toEqual({ username: 'me', password: 's3cret' })
    }
  })

  it.each([
    'xghcr.io',
    'ghcr.io.evil.example',
    'evil.example/ghcr.io',
    'ghcr.io:8443',
    'ghcr.io/acm',
    'io',
    '',
    '__proto__',
  ])('never gives the login of %j to ghcr.io', async (key) => {
    const auths = JSON.parse(`{${JSON.stringify(key)}:${JSON.stringify(entry('other:wrong'))}}`) as object

    expect(await lookUpCredential(config({ auths }), target)).toBeUndefined()
  })

  it('passes an entry without a login, and looks at no entry of others', async () => {
    const auths = { 'ghcr.io': {}, 'https://ghcr.io/v1/': entry('me:s3cret'), 'quay.io': { auth: 5 }, 'a.example': 'b' }

    expect(await lookUpCredential(config({ auths }), target)).toEqual({ username: 'me', password: 's3cret' })
    expect(await lookUpCredential(config({ auths: { 'ghcr.io': {} } }), target)).toBeUndefined()
    expect(await catchError(() => lookUpCredential(config({ auths: { 'ghcr.io': 'b' } }), target))).toMatchObject({
      code: 'ERR_CREDENTIALS',
    })
  })
})

describe.skipIf(skipOnWindows('lookUpCredential() with helpers'))('lookUpCredential() with helpers', () => {
  const named = answering({ ServerURL: 'ghcr.io', Username: 'named', Secret: 'a' })
  const global = answering({ ServerURL: 'ghcr.io', Username: 'global', Secret: 'b' })

  it('prefers the helper of the registry to the one for all, and that to the file', async () => {
    await makeHelpers({ named, global })
    const auths = { 'ghcr.io': entry('file:c') }
    const all = { auths, credHelpers: { 'https://GHCR.io/': 'named', 'quay.io': 'missing' }, credsStore: 'global' }

    expect(await lookUpCredential(config(all), target)).toEqual({ username: 'named', password: 'a' })
    expect(await lookUpCredential(config({ ...all, credHelpers: {} }), target)).toEqual({
      username: 'global',
      password: 'b',
    })
  })

  it('looks into the file where the helper of the registry has no name', async () => {
    const all = { auths: { 'ghcr.io': entry('file:c') }, credHelpers: { 'ghcr.io': '' }, credsStore: 'missing' }

    expect(await lookUpCredential(config(all), target)).toEqual({ username: 'file', password: 'c' })
  })

  it.each([{ credsStore: 'test' }, { credHelpers: { 'ghcr.io': 'test' } }])(
    'takes "not found" for an answer, whatever the file says: %j',
    async (helpers) => {
      await makeHelpers({ test: FINDS_NOTHING })

      expect(
        await lookUpCredential(config({ ...helpers, auths: { 'ghcr.io': entry('old:c') } }), target),
      ).toBeUndefined()
    },
  )

  it.each([
    ['is missing', ''],
    ['fails', 'echo broken; exit 1'],
    ['crashes', 'kill -9 $$'],
    ['lies', answering({ ServerURL: 'quay.io', Username: 'a', Secret: 'b' })],
    ['answers what is no JSON', 'echo a'],
  ])('says whose helper it is that %s, and looks no further', async (_, script) => {
    if (script !== '') await makeHelpers({ test: script })
    const auths = { 'ghcr.io': entry('file:c') }

    expect(await catchError(() => lookUpCredential(config({ auths, credsStore: 'test' }), target))).toMatchObject({
      code: 'ERR_CREDENTIALS',
      source: 'docker-credential-test',
      isGlobal: true,
    })
    expect(
      await catchError(() => lookUpCredential(config({ auths, credHelpers: { 'ghcr.io': 'test' } }), target)),
    ).toMatchObject({ code: 'ERR_CREDENTIALS', source: 'docker-credential-test', isGlobal: false })
  })

  it("calls Docker Hub by Docker's key", async () => {
    await makeHelpers({ test: `printf '{"Username":"me","Secret":"%s"}' "$(cat)"` })

    for (const registry of ['docker.io', 'registry-1.docker.io', 'INDEX.docker.io']) {
      expect(await lookUpCredential(config({ credsStore: 'test' }), { registry, repository: 'a' })).toEqual({
        username: 'me',
        password: 'https://index.docker.io/v1/',
      })
    }
  })

  it.each([
    '../test',
    'a/test',
    '/bin/sh',
    'a\\b',
    'a b',
    '-test',
    '.',
    '..',
    'a;b',
    'a\0',
    '$HOME',
    'ä',
    'x'.repeat(101),
    5,
    {},
  ])('starts no helper with the name %j', async (name) => {
    const error = await catchError(() => lookUpCredential(config({ credsStore: name }), target))

    expect(error).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: 'Cannot use the helper that config.json names for all registries: this is not the name of a helper',
      source: 'config.json',
      isGlobal: true,
    })
  })
})
