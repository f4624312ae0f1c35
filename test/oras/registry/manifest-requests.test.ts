import { afterEach, describe, expect, it } from 'vitest'
import {
  ContentMismatchError,
  LimitExceededError,
  NetworkError,
  RegistryError,
} from '../../../src/oras/errors/oci-error.js'
import { bytesContent, checkedContent, type Content, readContent } from '../../../src/oras/oci/content.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { buildManifest, MANIFEST_LIMIT } from '../../../src/oras/oci/manifest.js'
import { INDEX_MEDIA_TYPE, MANIFEST_MEDIA_TYPE } from '../../../src/oras/oci/media-types.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import { type Answer, startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'
import { makeArtifact } from '../../support/make-artifact.js'
import { serveRaw } from '../../support/serve-raw.js'

const ACCEPT = [
  MANIFEST_MEDIA_TYPE,
  INDEX_MEDIA_TYPE,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ')
const CHANGED =
  'The registry or a proxy on the way sent other bytes than those that were asked for: try again, or check both.'
const NO_REGISTRY = 'An OCI registry does not answer like this: check the host, the port and proxies on the way.'

let registry: TestRegistry
afterEach(() => registry?.close())

async function start(options: TestRegistryOptions = {}): Promise<Repository> {
  registry = await startRegistry(options)
  return new Repository(`${registry.host}/a`)
}

/** A registry that has a manifest under `v1`. */
async function startWithManifest(intercept?: TestRegistryOptions['intercept']): Promise<[Repository, Content]> {
  const repository = await start(intercept && { intercept })
  const { manifest, blobs } = makeArtifact(10)
  for (const blob of blobs) await repository.put(blob)
  await repository.putTagged(manifest, ['v1'])
  registry.clearRequests()
  return [repository, manifest]
}

const methods = (): readonly string[] => registry.requests.map(({ method }) => method)

/** A registry with one manifest, which leaves out or changes headers of its answers to HEAD. */
const answering = (bytes: Uint8Array, head: Record<string, string>, get: Record<string, string> = {}) =>
  start({
    intercept: ({ method }): Answer | undefined => {
      const headers = { 'Content-Type': MANIFEST_MEDIA_TYPE, ...(method === 'HEAD' ? head : get) }
      return method === 'HEAD' ? { status: 200, headers } : { status: 200, headers, body: bytes }
    },
  })

describe('headManifest(), by Repository.resolve()', () => {
  it('describes a tag and a digest in one HEAD, and accepts all manifests', async () => {
    const accepted: unknown[] = []
    const [repository, { descriptor }] = await startWithManifest(({ method, headers }) =>
      method === 'HEAD' ? void accepted.push(headers['accept']) : undefined,
    )
    accepted.length = 0

    expect(await repository.resolve('v1')).toEqual(descriptor)
    expect(await repository.resolve(descriptor.digest)).toEqual(descriptor)
    expect(methods()).toEqual(['HEAD', 'HEAD'])
    expect(accepted).toEqual([ACCEPT, ACCEPT])
  })

  it('finds nothing under a name that stands for nothing', async () => {
    const repository = await start()

    expect(await repository.resolve('v1')).toBeUndefined()
    expect(await repository.resolve(digestOf(Buffer.from('')))).toBeUndefined()
  })

  const bytes = Buffer.from('{"layers":[]}')
  const digest = digestOf(bytes)
  const described = { mediaType: MANIFEST_MEDIA_TYPE, digest, size: bytes.length }

  it.each<[what: string, head: Record<string, string>]>([
    ['no digest', { 'Content-Length': '13' }],
    ['a digest by another algorithm', { 'Content-Length': '13', 'Docker-Content-Digest': `blake3:${'0'.repeat(64)}` }],
    ['a digest that is none', { 'Content-Length': '13', 'Docker-Content-Digest': 'latest' }],
    ['no length', { 'Docker-Content-Digest': digest, 'Transfer-Encoding': 'chunked' }],
    ['a length of 0', { 'Docker-Content-Digest': digest, 'Content-Length': '0' }],
  ])('reads the manifest if HEAD tells %s', async (_, head) => {
    const repository = await answering(bytes, head)

    expect(await repository.resolve('v1')).toEqual(described)
    expect(methods()).toEqual(['HEAD', 'GET'])
  })

  it('calls by its digest what was asked for by it', async () => {
    const wanted = digestOf(bytes, 'sha512')
    const repository = await answering(bytes, { 'Content-Length': '13', 'Docker-Content-Digest': digest })

    expect(await repository.resolve(wanted)).toEqual({ ...described, digest: wanted })
  })

  it('refuses another digest than it asked for', async () => {
    const other = digestOf(Buffer.from('other'))
    const repository = await answering(bytes, { 'Content-Length': '13', 'Docker-Content-Digest': other })

    const error = await catchError(() => repository.resolve(digest))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error).toMatchObject({ expected: digest, actual: other, hint: CHANGED })
    expect(error.message).toBe(`Cannot read manifest ${digest}: the registry answered with ${other}`)
  })

  it('ignores the parameters and the case of the type', async () => {
    const repository = await answering(bytes, {
      'Content-Type': `${MANIFEST_MEDIA_TYPE.replace('a', 'A')}; charset=utf-8`,
      'Content-Length': '13',
      'Docker-Content-Digest': digest,
    })

    expect(await repository.resolve('v1')).toEqual(described)
  })

  it.each([
    ['text/html; charset=utf-8', 'is a web page'],
    ['', 'has no media type'],
    [';', 'has no media type'],
  ])('refuses an answer of type %j', async (type, what) => {
    const headers = { 'Content-Type': type, 'Content-Length': '13', 'Docker-Content-Digest': digest }
    const repository = await answering(bytes, headers, headers)

    for (const call of [() => repository.resolve('v1'), () => repository.fetchManifest('v1')]) {
      const error = await catchError(call)

      expect(error).toBeInstanceOf(RegistryError)
      expect(error.message).toMatch(new RegExp(`^Cannot (look for|read) ${registry.host}/a:v1: the answer ${what}$`))
      expect(error.hint).toBe(NO_REGISTRY)
    }
  })
})

describe('getManifest(), by Repository.fetchManifest()', () => {
  it('reads a tag and a digest in one GET', async () => {
    const [repository, manifest] = await startWithManifest()

    for (const name of ['v1', manifest.descriptor.digest]) {
      const fetched = (await repository.fetchManifest(name)) as Content
      expect(fetched.descriptor).toEqual(manifest.descriptor)
      expect(Buffer.from(await readContent(fetched)).toString()).toBe(
        Buffer.from(await readContent(manifest)).toString(),
      )
    }
    expect(methods()).toEqual(['GET', 'GET'])
  })

  it('finds nothing under a name that stands for nothing', async () => {
    expect(await (await start()).fetchManifest('v1')).toBeUndefined()
  })

  const bytes = Buffer.from('{"layers":[]}')

  it.each(['sha256', 'sha512'] as const)('refuses bytes that have not the %s that was asked for', async (algorithm) => {
    const wanted = digestOf(Buffer.from('other'), algorithm)
    const repository = await answering(bytes, {})

    const error = await catchError(() => repository.fetchManifest(wanted))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error).toMatchObject({ expected: wanted, actual: digestOf(bytes, algorithm), hint: CHANGED })
  })

  it('refuses bytes that have not the digest that the registry claims', async () => {
    const claimed = digestOf(Buffer.from('other'))
    const repository = await answering(bytes, {}, { 'Docker-Content-Digest': claimed })

    expect(await catchError(() => repository.fetchManifest('v1'))).toBeInstanceOf(ContentMismatchError)
  })

  it('knows a manifest by the sha512 digest that was asked for', async () => {
    const wanted = digestOf(bytes, 'sha512')
    const repository = await answering(bytes, {}, { 'Docker-Content-Digest': digestOf(bytes) })

    const manifest = (await repository.fetchManifest(wanted)) as Content

    expect(manifest.descriptor).toEqual({ mediaType: MANIFEST_MEDIA_TYPE, digest: wanted, size: bytes.length })
    expect(Buffer.from(await readContent(manifest)).toString()).toBe(bytes.toString())
  })

  it('reads a manifest of 4 MiB, and not one byte more', async () => {
    const repository = await start({
      intercept: ({ path }) => {
        const size = path.endsWith('small') ? MANIFEST_LIMIT : MANIFEST_LIMIT + 1
        return { status: 200, headers: { 'Content-Type': MANIFEST_MEDIA_TYPE }, body: Buffer.alloc(size) }
      },
    })

    expect((await repository.fetchManifest('small'))?.descriptor.size).toBe(MANIFEST_LIMIT)
    const error = await catchError(() => repository.fetchManifest('large'))

    expect(error).toBeInstanceOf(LimitExceededError)
    expect(error).toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      message: `Cannot read ${registry.host}/a:large: it is larger than 4194304 bytes`,
      limit: MANIFEST_LIMIT,
      hint: 'No option raises this limit, which is that of many registries. Check the reference.',
    })
  })
})

describe('putManifest(), by Repository.putTagged()', () => {
  it('sends the bytes as they are, with their type and length', async () => {
    const sent: unknown[] = []
    const [, manifest] = await startWithManifest(({ method, path, headers }) =>
      method === 'PUT' && path.includes('/manifests/')
        ? void sent.push([path, headers['content-type'], headers['content-length'], headers['transfer-encoding']])
        : undefined,
    )

    expect(sent).toEqual([['/v2/a/manifests/v1', MANIFEST_MEDIA_TYPE, String(manifest.descriptor.size), undefined]])
    expect(registry.tags('a')).toEqual({ v1: manifest.descriptor.digest })
  })

  it('refuses a registry that says it stored something else', async () => {
    const stored = digestOf(Buffer.from('other'))
    const manifest = buildManifest({ config: makeArtifact().blobs[0] as Content, layers: [] })
    const repository = await start({
      intercept: () => ({ status: 201, headers: { 'Docker-Content-Digest': stored } }),
    })

    const error = await catchError(() => repository.putTagged(manifest, ['v1', 'v2']))

    expect(error).toBeInstanceOf(ContentMismatchError)
    expect(error.message).toBe(
      `Cannot put manifest ${manifest.descriptor.digest} as ${registry.host}/a:v1: the registry stored ${stored} instead`,
    )
    expect(registry.requests).toHaveLength(1)
  })

  it('sends no manifest that is too large, or not what it says', async () => {
    const repository = await start()
    const large = bytesContent(Buffer.alloc(MANIFEST_LIMIT + 1), { mediaType: MANIFEST_MEDIA_TYPE })
    const wrong = checkedContent(makeArtifact().manifest.descriptor, async function* () {
      yield Buffer.from('wrong')
    })

    expect(await catchError(() => repository.putTagged(large, ['v1']))).toBeInstanceOf(LimitExceededError)
    expect(await catchError(() => repository.putTagged(wrong, ['v1']))).toBeInstanceOf(ContentMismatchError)
    expect(registry.requests).toEqual([])
  })
})

describe('readManifest(), by Repository.get()', () => {
  it('asks for manifests where manifests are, by their own type', async () => {
    const accepted: unknown[] = []
    const repository = await start({
      intercept: ({ path, headers }) => {
        accepted.push([path, headers['accept']])
        return { status: 200, body: '{}' }
      },
    })

    await readContent(repository.get({ mediaType: MANIFEST_MEDIA_TYPE, digest: digestOf(Buffer.from('{}')), size: 2 }))

    expect(accepted).toEqual([[`/v2/a/manifests/${digestOf(Buffer.from('{}'))}`, MANIFEST_MEDIA_TYPE]])
  })

  it('does not go on with one that breaks off: it is asked for again sooner than a part of it', async () => {
    const server = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}'))
    const { descriptor } = makeArtifact(10).manifest

    const error = await catchError(() =>
      readContent(new Repository(`${server.host}/a`, { retry: false }).get(descriptor)),
    )

    expect(error).toBeInstanceOf(NetworkError)
    expect(server.heads).toHaveLength(1)
  })
})
