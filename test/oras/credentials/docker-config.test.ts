import { describe, expect, it } from 'vitest'
import { parseDockerConfig, parseLegacyConfig } from '../../../src/oras/credentials/docker-config.js'
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

  it('takes keys such as __proto__ for what they are: keys of no registry', () => {
    const text = '{"__proto__":{"auths":{"a":{}}},"auths":{"__proto__":{"auth":"YTpi"},"constructor":{}}}'

    const { auths, credHelpers } = parseDockerConfig(text, 'a')

    expect(auths.map(([key]) => key)).toEqual(['__proto__', 'constructor'])
    expect(credHelpers).toEqual([])
    expect(({} as { auth?: unknown }).auth).toBeUndefined()
  })
})

describe('parseLegacyConfig()', () => {
  it('reads a file without a frame around the logins', () => {
    const { auths } = parseLegacyConfig('{"https://index.docker.io/v1/":{"auth":"YTpi","email":"a@b.example"}}', 'a')

    expect(auths).toEqual([['https://index.docker.io/v1/', { auth: 'YTpi', email: 'a@b.example' }]])
  })
})
