import { afterEach, describe, expect, it } from 'vitest'
import { InvalidReferenceError, NotFoundError } from '../../../src/oras/errors/oci-error.js'
import { type Content, readContent } from '../../../src/oras/oci/content.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import type { Reference } from '../../../src/oras/oci/reference.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import {
  startRegistry,
  storeContract,
  type TestRegistry,
  type TestRegistryOptions,
} from '../../../src/testing/index.js'
import { catchError } from '../../support/catch-error.js'
import { makeArtifact, randomContent } from '../../support/make-artifact.js'

const USER = { username: 'robot', password: 's3cret' }

let registry: TestRegistry
afterEach(() => registry?.close())

async function start(options: TestRegistryOptions = {}): Promise<Repository> {
  registry = await startRegistry(options)
  return new Repository(`${registry.host}/a`, { access: 'push' })
}

async function putBlobs(repository: Repository): Promise<Content> {
  const { manifest, blobs } = makeArtifact(10)
  for (const blob of blobs) await repository.put(blob)
  registry.clearRequests()
  return manifest
}

const plan = (): readonly string[] => registry.requests.map(({ method, path }) => `${method} ${path}`)

describe.each<[login: string, options: TestRegistryOptions, access: 'pull' | 'push']>([
  ['anonymous', {}, 'push'],
  ['Basic', { auth: { scheme: 'basic', ...USER } }, 'push'],
  ['Bearer', { auth: { scheme: 'bearer', ...USER } }, 'push'],
  ['Bearer, one scope at a time', { auth: { scheme: 'bearer', ...USER } }, 'pull'],
])('Repository, %s', (_, options, access) => {
  const open = async () => {
    const server = await startRegistry(options)
    return {
      target: new Repository(`${server.host}/contract`, { credentials: USER, access }),
      close: async () => {
        expect(server.openSessions).toBe(0)
        await server.close()
      },
    }
  }

  for (const { name, run } of storeContract(open, { sha512: true })) it(name, run)
})

describe('new Repository()', () => {
  it.each<[promise: string, reference: string | Reference]>([
    ['a registry alone', 'localhost:5000'],
    ['a registry alone after oci://', 'oci://localhost:5000'],
    ['upper case', 'localhost:5000/A'],
    ['a repository that climbs', { registry: 'localhost:5000', repository: '../_catalog' }],
    ['a repository with a query', { registry: 'localhost:5000', repository: 'a?b' }],
    ['a repository with a tag in it', { registry: 'localhost:5000', repository: 'a:v1' }],
    ['a repository with a digest in it', { registry: 'localhost', repository: `a@sha256:${'0'.repeat(64)}` }],
    ['an empty repository', { registry: 'localhost:5000', repository: '' }],
    ['a registry with a path', { registry: 'localhost:5000/a', repository: 'b' }],
    ['a registry with a user', { registry: 'user:s3cret@localhost', repository: 'a' }],
    ['a registry with a scheme', { registry: 'oci://localhost', repository: 'a' }],
    ['a registry that no URL can hold', { registry: '[::::]', repository: 'a' }],
  ])('refuses %s', async (_, reference) => {
    expect(await catchError(() => new Repository(reference))).toBeInstanceOf(InvalidReferenceError)
  })

  it('says which part of the reference is missing', async () => {
    const error = await catchError(() => new Repository('oci://localhost:5000'))

    expect(error.message).toBe('Cannot open "localhost:5000": there is no repository')
    expect(error.hint).toBe('Name the repository after the registry: localhost:5000/app.')
  })

  it('says that the parts of a reference are not a registry and a repository', async () => {
    const error = await catchError(() => new Repository({ registry: 'localhost:5000', repository: 'a:v1' }))

    expect(error.message).toBe('Cannot open "localhost:5000/a:v1": its parts are not a registry and a repository')
    expect(error.hint).toBe('Take the reference from parseReference(), which tells its parts.')
  })

  it('sends nothing, and ignores the tag and digest of its reference', async () => {
    await start()

    const repository = new Repository(`oci://${registry.host}/a:v1@sha256:${'0'.repeat(64)}`)

    expect(registry.requests).toEqual([])
    expect(await repository.resolve('v2')).toBeUndefined()
    expect(plan()).toEqual(['HEAD /v2/a/manifests/v2'])
  })
})

describe('Repository: names', () => {
  const names = [
    '',
    '.',
    '..',
    '-a',
    'a/b',
    '../b',
    'a?b',
    'a#b',
    'a%2fb',
    'a+b',
    'a b',
    'a\n',
    'a:b',
    `v1@sha256:${'0'.repeat(64)}`,
    'sha256:0',
    't'.repeat(129),
  ]

  it.each(names)('refuses the tag or digest %j before anything is sent', async (name) => {
    const repository = await start()
    const manifest = makeArtifact().manifest

    for (const call of [
      () => repository.resolve(name),
      () => repository.fetchManifest(name),
      () => repository.putTagged(manifest, ['v1', name]),
    ]) {
      expect(await catchError(call)).toBeInstanceOf(InvalidReferenceError)
    }
    expect(registry.requests).toEqual([])
  })

  it.each(['', 'A', '../b', 'b:c', 'b?c', 'b&c', `b@sha256:${'0'.repeat(64)}`])(
    'refuses to mount from %j before anything is sent',
    async (from) => {
      const repository = await start()

      expect(await catchError(() => repository.put(randomContent(1), { mountFrom: ['b', from] }))).toBeInstanceOf(
        InvalidReferenceError,
      )
      expect(registry.requests).toEqual([])
    },
  )
})

describe('Repository.put()', () => {
  it('puts a manifest under its digest, and only if it is not there', async () => {
    const repository = await start()
    const manifest = await putBlobs(repository)
    const path = `/v2/a/manifests/${manifest.descriptor.digest}`

    expect(await repository.put(manifest)).toBe('stored')
    expect(await repository.put(manifest)).toBe('exists')

    expect(plan()).toEqual([`HEAD ${path}`, `PUT ${path}`, `HEAD ${path}`])
    expect(registry.tags('a')).toEqual({})
  })
})

describe('Repository.has()', () => {
  it('looks for manifests among manifests', async () => {
    const repository = await start()
    const manifest = await putBlobs(repository)

    expect(await repository.has(manifest.descriptor)).toBe(false)
    await repository.put(manifest)
    expect(await repository.has(manifest.descriptor)).toBe(true)
  })
})

describe('Repository.putTagged()', () => {
  it('puts the manifest under the first tag alone, and then under the others', async () => {
    const repository = await start({ delay: 5 })
    const manifest = await putBlobs(repository)

    await repository.putTagged(manifest, ['v1', 'v2', 'v3'])

    const { digest } = manifest.descriptor
    expect(registry.tags('a')).toEqual({ v1: digest, v2: digest, v3: digest })
    expect(plan()[0]).toBe('PUT /v2/a/manifests/v1')
    expect(
      registry.requests.slice(1).every(({ start: began }) => began >= (registry.requests[0]?.end ?? Infinity)),
    ).toBe(true)
  })

  it('puts the manifest under its digest if there is no tag', async () => {
    const repository = await start()
    const manifest = await putBlobs(repository)

    await repository.putTagged(manifest, [])

    expect(registry.manifests('a')).toEqual([manifest.descriptor.digest])
    expect(registry.tags('a')).toEqual({})
  })

  it('leaves no tag if the first one is refused', async () => {
    const repository = await start({ intercept: ({ path }) => (path.endsWith('/v1') ? { status: 400 } : undefined) })
    const manifest = await putBlobs(repository)

    await catchError(() => repository.putTagged(manifest, ['v1', 'v2']))

    expect(registry.tags('a')).toEqual({})
    expect(registry.manifests('a')).toEqual([])
  })

  it('stops between tags when it is cancelled', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const repository = await start({
      intercept: ({ path }) => {
        if (path.endsWith('/v2')) controller.abort(reason)
        return undefined
      },
    })
    const manifest = await putBlobs(repository)

    const error = await catchError(() =>
      repository.putTagged(manifest, ['v1', 'v2', 'v3'], { signal: controller.signal }),
    )

    expect(error).toBe(reason)
    expect(Object.keys(registry.tags('a'))).not.toContain('v3')
  })
})

describe('Repository.tag()', () => {
  it('puts the manifest that is there once more, under the tag', async () => {
    const repository = await start()
    const manifest = await putBlobs(repository)
    await repository.put(manifest)
    registry.clearRequests()

    await repository.tag(manifest.descriptor, 'v1')

    expect(registry.tags('a')).toEqual({ v1: manifest.descriptor.digest })
    expect(plan()).toEqual([`GET /v2/a/manifests/${manifest.descriptor.digest}`, 'PUT /v2/a/manifests/v1'])
  })

  it('names the manifest and the repository that lacks it', async () => {
    const repository = await start()
    const { descriptor } = makeArtifact().manifest

    const error = await catchError(() => repository.tag(descriptor, 'v1'))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error.message).toBe(`Cannot tag ${descriptor.digest} as "v1": ${registry.host}/a does not have it`)
    expect(error.hint).toBe('Put the manifest into the repository first.')
  })

  it('refuses a bad tag before anything is sent', async () => {
    const repository = await start()

    expect(await catchError(() => repository.tag(makeArtifact().manifest.descriptor, 'a/b'))).toBeInstanceOf(
      InvalidReferenceError,
    )
    expect(registry.requests).toEqual([])
  })
})

describe('Repository.get()', () => {
  it('yields what lies after the start, checked as a whole', async () => {
    const repository = await start()
    const content = randomContent(3_000_000)
    await repository.put(content)
    const chunks: Uint8Array[] = []

    for await (const chunk of repository.get(content.descriptor).open({ start: 2_999_990 })) chunks.push(chunk)

    const all = Buffer.from(await readContent(content))
    expect(Buffer.concat(chunks).equals(all.subarray(2_999_990))).toBe(true)
  })

  it('reads contents by their sha512 digest', async () => {
    const repository = await start()
    const bytes = Buffer.from('hello')
    await repository.put(randomContent(1))
    const descriptor = { mediaType: 'x/y', digest: digestOf(bytes, 'sha512'), size: 5 }
    const content = {
      descriptor,
      open: () =>
        (async function* () {
          yield bytes
        })(),
    }

    expect(await repository.put(content)).toBe('stored')
    expect(Buffer.from(await readContent(repository.get(descriptor))).toString()).toBe('hello')
  })
})
