import { afterEach, describe, expect, it } from 'vitest'
import type { CredentialTarget } from '../../../../src/oras/credentials/credential.js'
import { CredentialError, InvalidReferenceError, NotFoundError } from '../../../../src/oras/errors/oci-error.js'
import { readContent } from '../../../../src/oras/oci/content.js'
import type { ConnectionOptions } from '../../../../src/oras/registry/connection/connection-options.js'
import { findMirrors } from '../../../../src/oras/registry/connection/mirrors.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { copy } from '../../../../src/oras/graph/copy.js'
import { makeArtifact, randomContent } from '../../../support/make-artifact.js'
import { serveHttp } from '../../../support/serve-http.js'

const USER = { username: 'robot', password: 's3cret' }

const running: TestRegistry[] = []
afterEach(() => Promise.all(running.splice(0).map((registry) => registry.close())))

const start = async (options: TestRegistryOptions = {}): Promise<TestRegistry> => {
  const registry = await startRegistry(options)
  running.push(registry)
  return registry
}
const open = (registry: TestRegistry, mirror: string, options: ConnectionOptions = {}): Repository =>
  new Repository(`${registry.host}/a`, { mirrors: [{ registry: registry.host, mirror }], ...options })
const fill = async (registry: TestRegistry, repository: string): Promise<ReturnType<typeof randomContent>> => {
  const content = randomContent(10)
  await new Repository(`${registry.host}/${repository}`, { access: 'push' }).put(content)
  registry.clearRequests()
  return content
}

describe('findMirrors()', () => {
  it.each([
    ['mirror.example', { registry: 'mirror.example', repository: 'library/a' }, undefined],
    ['mirror.example:5000/', { registry: 'mirror.example:5000', repository: 'library/a' }, undefined],
    ['mirror.example/docker/hub', { registry: 'mirror.example', repository: 'docker/hub/library/a' }, undefined],
    ['http://mirror.example', { registry: 'mirror.example', repository: 'library/a' }, true],
    ['https://localhost:5000', { registry: 'localhost:5000', repository: 'library/a' }, false],
  ])('finds %s', (mirror, place, plainHttp) => {
    const found = findMirrors('docker.io', 'library/a', { mirrors: [{ registry: 'index.docker.io', mirror }] })

    expect(found).toMatchObject([{ ...place, options: { plainHttp } }])
  })

  it.each([
    '',
    'mirror.example/A',
    'ftp://mirror.example',
    'mirror.example:latest',
    'user@mirror.example',
    'm.example/a:1',
  ])('refuses %j, whose registry it may be', (mirror) => {
    const options = { mirrors: [{ registry: 'other.example', mirror }] }

    expect(() => findMirrors('docker.io', 'a', options)).toThrow(InvalidReferenceError)
  })

  it.each(['m.example/a:1', `m.example/a@sha256:${'0'.repeat(64)}`])('says that %s has more than a path', (mirror) => {
    expect(() => findMirrors('docker.io', 'a', { mirrors: [{ registry: 'docker.io', mirror }] })).toThrow(
      `Cannot use the mirrors: "${mirror}" is not the address of a mirror or a registry`,
    )
  })

  it.each(['https://docker.io', 'docker.io/', 'docker.io/a', ''])('refuses %j for a registry', (registry) => {
    expect(() => findMirrors('docker.io', 'a', { mirrors: [{ registry, mirror: 'm' }] })).toThrow(InvalidReferenceError)
  })

  it('takes nothing along that was meant for the registry', () => {
    const tls = { ca: 'CA', caOnly: true, cert: 'C', key: 'K', passphrase: 'P', servername: 'S', insecure: true }
    const options = { tls, credentials: USER, plainHttp: true, mirrors: [{ registry: 'r', mirror: 'm' }] }

    expect(findMirrors('r', 'a', options).map((found) => found.options)).toEqual([
      { tls: { ca: 'CA', caOnly: true }, credentials: 'anonymous', plainHttp: undefined, retry: false },
    ])
  })
})

describe('Repository: mirrors', () => {
  it('reads from the mirror alone what the mirror has', async () => {
    const [registry, mirror] = [await start(), await start()]
    const content = await fill(mirror, 'cache/a')

    const bytes = await readContent(open(registry, `${mirror.host}/cache`).get(content.descriptor))

    expect(bytes).toEqual(await readContent(content))
    expect(registry.requests).toEqual([])
    expect(mirror.requests.map(({ method, path }) => [method, path])).toEqual([
      ['GET', `/v2/cache/a/blobs/${content.descriptor.digest}`],
    ])
  })

  it('asks the registry for what the mirror does not have', async () => {
    const [registry, mirror] = [await start(), await start()]
    const content = await fill(registry, 'a')
    const repository = open(registry, mirror.host)

    await readContent(repository.get(content.descriptor))
    expect(await repository.fetchManifest('latest')).toBeUndefined()
    expect(mirror.requests.map(({ status }) => status)).toEqual([404, 404])
  })

  it('goes on at the registry with a blob that breaks off at the mirror', async () => {
    const content = randomContent(100_000)
    const [registry, mirror] = [await start(), await start()]
    await new Repository(`${registry.host}/a`, { access: 'push' }).put(content)
    registry.clearRequests()
    const broken = await serveHttp((_, response) => {
      response.writeHead(200, { 'content-length': 100_000 }).write(Buffer.alloc(0))
      response.write(firstBytes, () => response.destroy())
    })
    const firstBytes = (await readContent(content)).subarray(0, 40_000)

    const bytes = await readContent(open(registry, broken.host).get(content.descriptor))

    expect(bytes).toEqual(await readContent(content))
    expect(broken.requests).toHaveLength(1)
    expect(registry.requests.map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 206'])
    expect(mirror.requests).toEqual([])
  })

  it('passes over the web page of a host that is no mirror', async () => {
    const page = await serveHttp((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hi'))
    const registry = await start()
    const content = await fill(registry, 'a')
    const repository = open(registry, page.host)

    for (let times = 0; times < 2; times++) await readContent(repository.get(content.descriptor))

    expect(page.requests).toHaveLength(1)
  })

  it('asks a mirror that fails once, and then no more', async () => {
    const [registry, mirror] = [await start(), await start({ intercept: () => ({ status: 403 }) })]
    const content = await fill(registry, 'a')
    const repository = open(registry, mirror.host)

    for (let times = 0; times < 3; times++) await readContent(repository.get(content.descriptor))

    expect(mirror.requests).toHaveLength(1)
    expect(registry.requests).toHaveLength(3)
  })

  it('says what the registry said when neither has it', async () => {
    const [registry, mirror] = [await start(), await start()]

    const error = await catchError(() => readContent(open(registry, mirror.host).get(randomContent(3).descriptor)))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error.message).toContain(registry.host)
  })

  it('goes through the pages of a mirror, where it began', async () => {
    const page = (
      tags: readonly string[],
      link?: string,
    ): ReturnType<NonNullable<TestRegistryOptions['intercept']>> => ({
      status: 200,
      headers: { 'Content-Type': 'application/json', ...(link !== undefined && { Link: link }) },
      body: JSON.stringify({ name: 'a', tags }),
    })
    const registry = await start()
    const mirror = await start({
      intercept: ({ path }) =>
        path.includes('last') ? page(['2']) : page(['1'], '</v2/a/tags/list?last=1>; rel="next"'),
    })

    const tags: string[] = []
    for await (const tag of open(registry, mirror.host).tags()) tags.push(tag)

    expect(tags).toEqual(['1', '2'])
    expect(registry.requests).toEqual([])
  })

  it('goes through the pages of the registry where the mirror, on the same host, has none', async () => {
    const seen: string[] = []
    const registry = await start({
      auth: { scheme: 'basic', ...USER },
      intercept: ({ path, headers }) => {
        if (headers['authorization'] === undefined || !path.includes('/tags/')) return undefined
        seen.push(path)
        if (path.startsWith('/v2/cache/')) return { status: 404 }
        return {
          status: 200,
          headers: path.includes('last') ? {} : { Link: '</v2/a/tags/list?last=1>; rel="next"' },
          body: JSON.stringify({ tags: [path.includes('last') ? '2' : '1'] }),
        }
      },
    })

    const tags: string[] = []
    for await (const tag of open(registry, `${registry.host}/cache`, { credentials: () => USER }).tags()) tags.push(tag)

    expect(tags).toEqual(['1', '2'])
    expect(seen.at(-1)).toBe('/v2/a/tags/list?last=1')
  })

  it('is no reason to forget that a helper for it has failed', async () => {
    const mirror = await start({ auth: { scheme: 'basic', ...USER } })
    const registry = await start()
    const error = new CredentialError('Cannot ask', { source: 'helper', isGlobal: false, hint: 'Install it.' })
    const credentials = (): Promise<never> => Promise.reject(error)

    expect(
      await catchError(() =>
        readContent(open(registry, mirror.host, { credentials }).get(randomContent(1).descriptor)),
      ),
    ).toBe(error)
  })

  it('logs in to each by its own name, if a function knows how', async () => {
    const mirror = await start({ auth: { scheme: 'bearer', ...USER } })
    const registry = await start({ auth: { scheme: 'basic', ...USER, username: 'another' } })
    const asked: CredentialTarget[] = []
    const credentials = (target: CredentialTarget): typeof USER => {
      asked.push(target)
      return target.registry === mirror.host ? USER : { ...USER, username: 'another' }
    }

    await open(registry, `${mirror.host}/cache`, { credentials }).fetchManifest('latest')

    expect(asked).toEqual([
      { registry: mirror.host, repository: 'cache/a' },
      { registry: registry.host, repository: 'a' },
    ])
    const tokens = mirror.requests.filter(({ path }) => path.startsWith('/token'))
    expect(tokens.map(({ path }) => new URLSearchParams(path.slice(6)).getAll('scope'))).toEqual([
      ['repository:cache/a:pull'],
    ])
  })

  it('does not give the mirror a credential that was given for the registry', async () => {
    const mirror = await start({ auth: { scheme: 'basic', ...USER } })
    const registry = await start({ auth: { scheme: 'basic', ...USER } })

    await open(registry, mirror.host, { credentials: USER }).fetchManifest('latest')

    expect(mirror.requests.map(({ authorization }) => authorization)).toEqual(['none'])
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual(['none', 'basic'])
  })

  it('is not asked by a push, whatever it has', async () => {
    const [registry, mirror] = [await start(), await start()]
    const content = await fill(mirror, 'a')

    for (const access of ['push', 'pull'] as const) {
      const options = { access, mirrors: [{ registry: registry.host, mirror: mirror.host }] }
      const repository = new Repository(`${registry.host}/${access}`, options)
      expect(await repository.put(content)).toBe('stored')
    }

    // Nor is a copy, which looks whether it is needed.
    const { manifest, source, blobs } = makeArtifact(10)
    const mirrored = new Repository(`${mirror.host}/copied`, { access: 'push' })
    for (const blob of blobs) await mirrored.put(blob)
    await mirrored.putTagged(manifest, ['v1'])
    mirror.clearRequests()
    const target = new Repository(`${registry.host}/copied`, {
      mirrors: [{ registry: registry.host, mirror: mirror.host }],
    })
    expect(await copy(source, manifest.descriptor, target, { tags: ['v1'] })).toMatchObject({ status: 'copied' })

    expect(registry.tags('copied')).toEqual({ v1: manifest.descriptor.digest })
    expect(mirror.requests).toEqual([])
    expect(registry.blobs('push')).toEqual([content.descriptor.digest])
    expect(registry.blobs('pull')).toEqual([content.descriptor.digest])
  })
})
