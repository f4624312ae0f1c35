import { describe, expect, it } from 'vitest'
import { findOrigin } from '../../../../src/oras/registry/connection/connect.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import type { Fetch } from '../../../../src/oras/http/fetch.js'

describe('findOrigin()', () => {
  it.each([
    ['ghcr.io', undefined, 'https://ghcr.io'],
    ['ghcr.io:443', undefined, 'https://ghcr.io'],
    ['ghcr.io', true, 'http://ghcr.io'],
    ['localhost:5000', undefined, 'http://localhost:5000'],
    ['localhost:5000', false, 'https://localhost:5000'],
    ['[::1]:5000', undefined, 'http://[::1]:5000'],
    ['docker.io', undefined, 'https://registry-1.docker.io'],
    ['index.docker.io', undefined, 'https://registry-1.docker.io'],
    ['Docker.IO', undefined, 'https://registry-1.docker.io'],
    ['registry-1.docker.io', undefined, 'https://registry-1.docker.io'],
    ['notdocker.io', undefined, 'https://notdocker.io'],
    ['docker.io:5000', undefined, 'https://docker.io:5000'],
    ['docker.io.example.com', undefined, 'https://docker.io.example.com'],
  ])('of %s with plainHttp %s is %s', (registry, plainHttp, origin) => {
    expect(findOrigin(registry, plainHttp).origin).toBe(origin)
  })
})

describe('Repository: Docker Hub', () => {
  it('asks the right host, in the right repository, with the right scope', async () => {
    const urls: string[] = []
    const fetch: Fetch = async (url, { headers }) => {
      urls.push(url)
      if (url.startsWith('https://auth.docker.io/')) return new Response('{"token":"t"}')
      if (headers['authorization'] === 'Bearer t') return new Response(null, { status: 404 })
      const challenge = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"'
      return new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
    }

    await new Repository('docker.io/alpine', { fetch, credentials: 'anonymous' }).resolve('latest')

    const manifest = 'https://registry-1.docker.io/v2/library/alpine/manifests/latest'
    expect(urls).toEqual([
      manifest,
      'https://auth.docker.io/token?service=registry.docker.io&scope=repository%3Alibrary%2Falpine%3Apull',
      manifest,
    ])
  })

  it('looks credentials up by the name in the reference', async () => {
    const asked: unknown[] = []
    const fetch: Fetch = async () =>
      new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } })
    const credentials = (target: unknown): undefined => void asked.push(target)

    await new Repository('docker.io/alpine', { fetch, credentials }).resolve('latest').catch(() => {})

    expect(asked).toEqual([{ registry: 'docker.io', repository: 'library/alpine' }])
  })
})
