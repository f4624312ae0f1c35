import { describe, expect, it } from 'vitest'
import { dockerHubNames, isDockerHub, isSameRegistry, qualifyRepository } from '../../../src/oras/oci/docker-hub.js'

describe('isDockerHub()', () => {
  it('recognises a name only for its own use', () => {
    expect(dockerHubNames('reference')).toEqual(['docker.io', 'index.docker.io'])
    expect(isDockerHub('Index.Docker.IO', 'reference')).toBe(true)
    expect(isDockerHub('registry-1.docker.io', 'reference')).toBe(false)
    expect(isDockerHub('hub.docker.com', 'site')).toBe(true)
    expect(isDockerHub('hub.docker.com', 'login')).toBe(false)
  })

  it.each(['docker.io:443', 'docker.io.evil.example', 'notdocker.io', 'constructor', ''])('is not %j', (host) => {
    for (const use of ['reference', 'api', 'login', 'site'] as const) expect(isDockerHub(host, use)).toBe(false)
  })
})

describe('qualifyRepository()', () => {
  it.each([
    ['docker.io', 'alpine', 'library/alpine'],
    ['index.docker.io', 'alpine', 'library/alpine'],
    ['docker.io', 'bitnamicharts/redis', 'bitnamicharts/redis'],
    ['registry-1.docker.io', 'alpine', 'alpine'],
    ['ghcr.io', 'alpine', 'alpine'],
    ['docker.io', '', ''],
  ])('at %s, %s is %s', (registry, repository, expected) => {
    expect(qualifyRepository(registry, repository)).toBe(expected)
  })
})

describe('isSameRegistry()', () => {
  it.each([
    ['docker.io', 'index.docker.io', true],
    ['GHCR.io', 'ghcr.io', true],
    ['ghcr.io', 'ghcr.io:443', false],
    ['docker.io', 'registry-1.docker.io', true],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(isSameRegistry(one, other)).toBe(expected)
  })
})
