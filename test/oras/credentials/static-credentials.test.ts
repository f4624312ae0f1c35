import { describe, expect, it } from 'vitest'
import type { Credential } from '../../../src/oras/credentials/credential.js'
import { staticCredentials } from '../../../src/oras/credentials/static-credentials.js'

const login = (password: string): Credential => ({ username: 'me', password })

describe('staticCredentials()', () => {
  it('finds the login of a host, a port or a path, the longest path first', () => {
    const credentials = staticCredentials({
      'ghcr.io': login('all'),
      'ghcr.io/acme': login('acme'),
      'localhost:5000': { registryToken: 'bearer' },
      '[::1]:5000': { identityToken: 'refresh' },
      'docker.io': login('hub'),
    })
    const ask = (registry: string, repository: string): unknown => credentials({ registry, repository })

    expect(ask('ghcr.io', 'web')).toEqual(login('all'))
    expect(ask('GHCR.io', 'acme/web')).toEqual(login('acme'))
    expect(ask('localhost:5000', 'web')).toEqual({ registryToken: 'bearer' })
    expect(ask('[::1]:5000', 'web')).toEqual({ identityToken: 'refresh' })
    expect(ask('registry-1.docker.io', 'web')).toEqual(login('hub'))
    expect(ask('localhost', 'web')).toBeUndefined()
    expect(ask('ghcr.io.evil.example', 'acme')).toBeUndefined()
    expect(ask('constructor', 'web')).toBeUndefined()
  })

  it.each([
    '',
    'https://ghcr.io',
    'oci://ghcr.io',
    'ghcr.io/',
    'ghcr.io/Acme',
    'ghcr.io/acme:1.0',
    'me:s3cret@ghcr.io',
    'https://me:s3cret@ghcr.io/',
    'ghcr.io:0',
    '*.ghcr.io',
    'a b',
  ])('refuses the key %j at once, and does not repeat it', (key) => {
    expect(() => staticCredentials({ [key]: login('a') })).toThrow(
      new TypeError('a key of static credentials must be a host, maybe with a port and a path'),
    )
  })

  it.each(['s3cret', undefined, null, {}, { username: 'a' }, { registryToken: '' }, { identityToken: undefined }])(
    'refuses %j for a login',
    (value) => {
      expect(() => staticCredentials({ 'ghcr.io': value as unknown as Credential })).toThrow(
        /^the credentials for ghcr\.io must have a username and a password, an identityToken or a registryToken, each a string/,
      )
    },
  )
})
