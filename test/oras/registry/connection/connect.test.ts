import { describe, expect, it } from 'vitest'
import { listChartVersions } from '../../../../src/helm/list-chart-versions.js'
import type { Fetch } from '../../../../src/oras/http/fetch.js'
import { findOrigin } from '../../../../src/oras/registry/connection/connect.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { catchError } from '../../../support/catch-error.js'
import { serveHttp } from '../../../support/serve-http.js'

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

  it('looks up credentials by the name in the reference', async () => {
    const asked: unknown[] = []
    const fetch: Fetch = async () =>
      new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } })
    const credentials = (target: unknown): undefined => void asked.push(target)

    await new Repository('docker.io/alpine', { fetch, credentials }).resolve('latest').catch(() => {})

    expect(asked).toEqual([{ registry: 'docker.io', repository: 'library/alpine' }])
  })
})

describe('the option userAgent', () => {
  const userAgent = 'acme-mirror/1.2 (+https://acme.example)'

  it('is sent to the registry, its token server and a mirror', async () => {
    const mirror = await serveHttp((_, response) => response.writeHead(404).end())
    const tokens = await serveHttp((_, response) => response.end('{"token":"t"}'))
    const registry = await serveHttp(({ headers }, response) =>
      headers.authorization === undefined
        ? response.writeHead(401, { 'www-authenticate': `Bearer realm="${tokens.url}"` }).end()
        : response.end('{"tags":[]}'),
    )
    const mirrors = [{ registry: registry.host, mirror: mirror.host }]
    const options = { userAgent, mirrors, credentials: 'anonymous' } as const

    for await (const _ of new Repository(`${registry.host}/a`, options).tags());
    await listChartVersions(`${registry.host}/a`, options)

    const said = [mirror, tokens, registry].map(({ requests }) => requests.map(({ headers }) => headers['user-agent']))
    expect(said.map(({ length }) => length)).toEqual([2, 2, 4])
    expect(new Set(said.flat())).toEqual(new Set([userAgent]))
  })

  it('is oras-helm if it is not set', async () => {
    const registry = await serveHttp((_, response) => response.end('{"tags":[]}'))

    for await (const _ of new Repository(`${registry.host}/a`).tags());

    expect(registry.requests.map(({ headers }) => headers['user-agent'])).toEqual(['oras-helm'])
  })

  it.each(['', ' ', 'a\r\nx-forged: b', 'a\u0000', 'a\tb', 'ä', '\u007f', 1, null])('cannot be %j', async (value) => {
    const error = await catchError(() => new Repository('localhost/a', { userAgent: value as string }))

    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toMatch(/^the option userAgent must be a string of printable ASCII characters, and not empty/)
  })
})
