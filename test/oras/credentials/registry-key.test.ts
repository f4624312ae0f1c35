import { describe, expect, it } from 'vitest'
import {
  canonicalHost,
  isKeyOf,
  matchKeys,
  parseKey,
  serverAddress,
  serverAddresses,
} from '../../../src/oras/credentials/registry-key.js'

const HUB = ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']

describe('canonicalHost()', () => {
  it.each([...HUB, 'Docker.IO', 'REGISTRY-1.docker.io'])('recognises %s as Docker Hub', (host) => {
    expect(canonicalHost(host)).toBe('docker.io')
  })

  it.each([
    ['GHCR.io', 'ghcr.io'],
    ['LocalHost:5000', 'localhost:5000'],
    ['[FE80::1]:5000', '[fe80::1]:5000'],
    ['ghcr.io:443', 'ghcr.io:443'],
    ['docker.io:443', 'docker.io:443'],
    ['hub.docker.com', 'hub.docker.com'],
    ['docker.io.evil.example', 'docker.io.evil.example'],
  ])('writes %s as %s', (host, canonical) => {
    expect(canonicalHost(host)).toBe(canonical)
  })
})

describe('serverAddress()', () => {
  it.each(HUB)("is Docker's own key for %s", (host) => {
    expect(serverAddress(host)).toBe('https://index.docker.io/v1/')
  })

  it('is the host for others', () => {
    expect(serverAddress('GHCR.io')).toBe('ghcr.io')
    expect(serverAddress('localhost:5000')).toBe('localhost:5000')
  })
})

describe('serverAddresses()', () => {
  it('are all keys of the registry, first the one that is written', () => {
    for (const registry of ['docker.io', 'ghcr.io', 'localhost:5000']) {
      expect(serverAddresses(registry)[0]).toBe(serverAddress(registry))
      expect(serverAddresses(registry).filter((key) => !isKeyOf(key, registry))).toEqual([])
    }
    expect(serverAddresses('docker.io')).toContain('docker.io')
  })
})

describe('parseKey()', () => {
  it.each([
    ['ghcr.io', 'ghcr.io', ''],
    ['GHCR.IO', 'ghcr.io', ''],
    ['https://ghcr.io', 'ghcr.io', ''],
    ['HTTPS://ghcr.io', 'ghcr.io', ''],
    ['http://ghcr.io/', 'ghcr.io', ''],
    ['https://ghcr.io/v1/', 'ghcr.io', ''],
    ['https://ghcr.io/v2', 'ghcr.io', ''],
    ['https://ghcr.io:443/v2/', 'ghcr.io', ''],
    ['http://ghcr.io:80', 'ghcr.io', ''],
    ['http://ghcr.io:443', 'ghcr.io:443', ''],
    ['https://ghcr.io:80', 'ghcr.io:80', ''],
    ['https://localhost:5000/v1/', 'localhost:5000', ''],
    ['ghcr.io/', 'ghcr.io', ''],
    ['ghcr.io/v1/', 'ghcr.io', ''],
    ['ghcr.io/v1', 'ghcr.io', 'v1'],
    ['ghcr.io/acme', 'ghcr.io', 'acme'],
    ['ghcr.io/acme/charts/', 'ghcr.io', 'acme/charts'],
    ['localhost:5000/acme', 'localhost:5000', 'acme'],
    ['https://index.docker.io/v1/', 'docker.io', ''],
    ['index.docker.io/v1/', 'docker.io', ''],
    ['docker.io/library', 'docker.io', 'library'],
  ])('%s is for %s, path %j', (key, host, path) => {
    expect(parseKey(key)).toEqual({ host, path })
  })

  it.each([
    '',
    'https://',
    'https:/ghcr.io',
    'oci://ghcr.io',
    '//ghcr.io',
    ' ghcr.io',
    'ghcr.io ',
    'ghcr.io.',
    'xghcr.io',
    'ghcr.iox',
    'ghcr.io.evil.example',
    'evil.example/ghcr.io',
    'https://evil.example/ghcr.io',
    'https://ghcr.io@evil.example',
    'https://evil.example@ghcr.io',
    'https://evil.example#ghcr.io',
    'https://evil.example?ghcr.io',
    'https://https://ghcr.io',
    'ghcr.io:443',
    'ghcr.io:5000',
    'ghcr.io\\',
    '__proto__',
    'ghcr.io\0',
  ])('%j is not for ghcr.io as a whole', (key) => {
    expect(isKeyOf(key, 'ghcr.io')).toBe(false)
  })
})

describe('matchKeys()', () => {
  it('prefers the key of the tool that wrote the file', () => {
    const keys = ['https://index.docker.io/v1/', 'index.docker.io/acme', 'docker.io', 'docker.io/acme']
    const find = (repository: string, server?: string): readonly string[] =>
      matchKeys(
        keys.map((key) => [key, key] as const),
        { registry: 'docker.io', repository },
        server,
      )

    expect(find('web')[0]).toBe('https://index.docker.io/v1/')
    expect(find('web', 'docker.io')[0]).toBe('docker.io')
    expect(find('acme/web', 'docker.io')[0]).toBe('docker.io/acme')
  })

  const find = (keys: readonly string[], registry: string, repository = 'acme/charts/web'): readonly string[] =>
    matchKeys(
      keys.map((key) => [key, key] as const),
      { registry, repository },
    )

  it('takes the longest path that fits first', () => {
    const keys = ['ghcr.io', 'ghcr.io/acme', 'ghcr.io/acme/charts/web', 'ghcr.io/acme/charts', 'ghcr.io/other']
    expect(find(keys, 'ghcr.io')).toEqual(['ghcr.io/acme/charts/web', 'ghcr.io/acme/charts', 'ghcr.io/acme', 'ghcr.io'])
  })

  it('compares whole parts of a path, with upper and lower case', () => {
    expect(find(['ghcr.io/ac', 'ghcr.io/acme/chart', 'ghcr.io/Acme', 'ghcr.io/charts'], 'ghcr.io')).toEqual([])
  })

  it("takes Docker's own name before older ones, and those in the order of the file", () => {
    const keys = ['http://ghcr.io', 'https://ghcr.io/v1/', 'ghcr.io']
    expect(find(keys, 'GHCR.io')).toEqual(['ghcr.io', 'http://ghcr.io', 'https://ghcr.io/v1/'])
    expect(find(['docker.io', 'https://index.docker.io/v1/'], 'registry-1.docker.io')[0]).toBe(
      'https://index.docker.io/v1/',
    )
  })
})
