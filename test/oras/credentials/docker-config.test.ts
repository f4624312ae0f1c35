import { describe, expect, it } from 'vitest'
import { decodeEntry, parseDockerConfig, parseLegacyConfig } from '../../../src/oras/credentials/docker-config.js'
import { catchError } from '../../support/catch-error.js'

describe('parseDockerConfig()', () => {
  it('reads logins and the names of helpers, and leaves the rest', () => {
    const text = JSON.stringify({
      auths: { 'ghcr.io': { auth: 'YTpi' }, 'quay.io': {} },
      credHelpers: { 'ecr.example': 'ecr-login' },
      credsStore: 'desktop',
      HttpHeaders: { 'User-Agent': 'x' },
    })

    expect(parseDockerConfig(text, 'config.json')).toEqual({
      source: 'config.json',
      auths: [
        ['ghcr.io', { auth: 'YTpi' }],
        ['quay.io', {}],
      ],
      credHelpers: [['ecr.example', 'ecr-login']],
      credsStore: 'desktop',
    })
  })

  it.each(['', ' \n', '{}', '{"auths":null,"credHelpers":null,"credsStore":null}'])('finds nothing in %j', (text) => {
    expect(parseDockerConfig(text, 'a')).toEqual({ source: 'a', auths: [], credHelpers: [], credsStore: undefined })
  })

  it.each([
    [
      'entries',
      (count: number) => `{"auths":{${Array.from({ length: count - 2 }, (_, i) => `"r${i}":{}`).join(',')}}}`,
    ],
    ['a list', (count: number) => `{"x":[${'1,'.repeat(count - 3)}1]}`],
    ['lists in lists', (count: number) => `{"x":${'['.repeat(count - 1)}${']'.repeat(count - 1)}}`],
  ])('reads 10 000 values at most, as %s', async (what, write) => {
    const most = what === 'entries' ? 5000 : 10_000
    expect(parseDockerConfig(write(most), 'a').auths.length).toBe(what === 'entries' ? 4998 : 0)

    const error = await catchError(() => parseDockerConfig(write(most + 2), 'a'))

    expect(error.message).toBe('Cannot read the logins in a: it holds more than 10000 values')
  })

  it.each([
    ['{"auths":{"ghcr.io":{"auth":"c2VjcmV0"}', 'it is not JSON'],
    ['c2VjcmV0', 'it is not JSON'],
    ['["c2VjcmV0"]', 'it is not an object'],
    ['null', 'it is not an object'],
    ['"c2VjcmV0"', 'it is not an object'],
    ['{"auths":["c2VjcmV0"]}', '"auths" is not an object'],
    ['{"auths":"c2VjcmV0"}', '"auths" is not an object'],
    ['{"credHelpers":"c2VjcmV0"}', '"credHelpers" is not an object'],
  ])('refuses %s and names the file, but quotes nothing of it', async (text, reason) => {
    const error = await catchError(() => parseDockerConfig(text, '/home/me/config.json'))

    expect(error).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot read the logins in /home/me/config.json: ${reason}`,
      source: '/home/me/config.json',
      isGlobal: false,
    })
    expect(error.cause).toBeUndefined()
    expect(`${error.stack}${error.hint}`).not.toContain('c2VjcmV0')
  })

  it.each([
    '{"Auths":{"a":{}},"CREDHELPERS":{"b":"c"},"credSstore":"d"}',
    '{"auth\u017f":{"a":{}},"credhelpers":{"b":"c"},"cred\u017fStore":"d"}',
    '{"credsStore":"x","auths":{},"AUTHS":{"a":{}},"credHelpers":{"b":"x"},"credhelpers":{"b":"c"},"credsstore":"d"}',
    '{"credsStore":"d","CredsStore":null,"auths":{"x":{}},"Auths":null,"aUths":{"a":{}},"credHelpers":{"b":"c"}}',
  ])('reads members in another case as Go does: %s', (text) => {
    expect(parseDockerConfig(text, 'a')).toEqual({
      source: 'a',
      auths: [['a', {}]],
      credHelpers: [['b', 'c']],
      credsStore: 'd',
    })
  })

  it.each(['{"auth":{"a":{}},"creds-Store":"d"}', '{"auths ":{"a":{}},"credßtore":"d"}'])(
    'does not take another name for one of its members: %s',
    (text) => {
      expect(parseDockerConfig(text, 'a')).toMatchObject({ auths: [], credsStore: undefined })
    },
  )

  it('treats keys such as __proto__ as ordinary keys, which match no registry', () => {
    const text = '{"__proto__":{"auths":{"a":{}}},"auths":{"__proto__":{"auth":"YTpi"},"constructor":{}}}'

    const { auths, credHelpers } = parseDockerConfig(text, 'a')

    expect(auths.map(([key]) => key)).toEqual(['__proto__', 'constructor'])
    expect(credHelpers).toEqual([])
    expect(({} as { auth?: unknown }).auth).toBeUndefined()
  })
})

describe('parseLegacyConfig()', () => {
  it('reads the old format, with the logins at the top level', () => {
    const { auths } = parseLegacyConfig('{"https://index.docker.io/v1/":{"auth":"YTpi","email":"a@b.example"}}', 'a')

    expect(auths).toEqual([['https://index.docker.io/v1/', { auth: 'YTpi', email: 'a@b.example' }]])
  })
})

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const decode = (entry: unknown): unknown => decodeEntry(entry, 'ghcr.io', '/home/me/config.json')

describe('decodeEntry()', () => {
  it.each<[kind: string, entry: object, credential: object | undefined]>([
    ['a password', { auth: base64('me:s3cret') }, { username: 'me', password: 's3cret' }],
    ['a password with colons', { auth: base64('me:a:b::c') }, { username: 'me', password: 'a:b::c' }],
    ['an empty password', { auth: base64('me:') }, { username: 'me', password: '' }],
    ['a password in UTF-8', { auth: base64('jürgen:pä£') }, { username: 'jürgen', password: 'pä£' }],
    ['what Docker once padded', { auth: base64('me:s3cret\0\0\0') }, { username: 'me', password: 's3cret' }],
    ['base64 without its padding', { auth: 'bWU6czNjcmV0Cg' }, { username: 'me', password: 's3cret\n' }],
    ['base64 in lines', { auth: 'bWU6\nczNjcmV0' }, { username: 'me', password: 's3cret' }],
    ['a name and a password apart', { username: 'me', password: 'a:b' }, { username: 'me', password: 'a:b' }],
    [
      'both, of which auth counts',
      { auth: base64('a:b'), username: 'c', password: 'd' },
      { username: 'a', password: 'b' },
    ],
    ['an identity token', { auth: base64('me:'), identitytoken: 'refresh' }, { identityToken: 'refresh' }],
    [
      'what ACR leaves: no user, no password, a token',
      { auth: base64('00000000-0000-0000-0000-000000000000:'), identitytoken: 'eyJ' },
      { identityToken: 'eyJ' },
    ],
    [
      'an identity token, and an auth without a login',
      { auth: base64(':'), identitytoken: 'eyJ' },
      { identityToken: 'eyJ' },
    ],
    ['members in another case', { Auth: base64('a:b'), IdentityToken: 'eyJ' }, { identityToken: 'eyJ' }],
    ['a registry token', { registrytoken: 'bearer' }, { registryToken: 'bearer' }],
    ['both tokens', { identitytoken: 'a', registrytoken: 'b' }, { registryToken: 'b' }],
    ['a mail address alone', { email: 'a@b.example' }, undefined],
    ['nothing, for a helper has it', {}, undefined],
    ['empty texts', { auth: '', identitytoken: '', registrytoken: null, username: '', password: '' }, undefined],
  ])('reads %s', (_, entry, credential) => {
    expect(decode(entry)).toEqual(credential)
  })

  it.each<[entry: unknown, reason: string]>([
    ['s3cret', 'its entry is not an object'],
    [['s3cret'], 'its entry is not an object'],
    [null, 'its entry is not an object'],
    [{ auth: 5 }, '"auth" is not a string'],
    [{ identitytoken: ['s3cret'] }, '"identitytoken" is not a string'],
    [{ auth: 's3cret!' }, '"auth" is not base64'],
    [{ auth: base64('s3cret') }, '"auth" does not hold a user name and a password'],
    [{ auth: base64(':s3cret') }, '"auth" does not hold a user name and a password'],
    [{ auth: '====' }, '"auth" does not hold a user name and a password'],
    [{ password: 's3cret' }, 'it has a password, but no user name'],
  ])('refuses %j, and quotes nothing of it', async (entry, reason) => {
    const error = await catchError(() => decode(entry))

    expect(error).toMatchObject({
      code: 'ERR_CREDENTIALS',
      message: `Cannot take the login to ghcr.io from /home/me/config.json: ${reason}`,
      source: '/home/me/config.json',
      isGlobal: false,
    })
    expect(error.message).not.toContain('s3cret')
  })

  it('ignores members of a prototype', () => {
    expect(decode(JSON.parse('{"__proto__":{"registrytoken":"a"}}'))).toBeUndefined()
    expect(decode(Object.create({ registrytoken: 'a' }))).toBeUndefined()
  })
})
