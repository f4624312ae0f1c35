import { afterEach, describe, expect, it } from 'vitest'
import type { OciEvent } from '../../../src/oras/events.js'
import { type Content, readContent } from '../../../src/oras/oci/content.js'
import { Repository } from '../../../src/oras/registry/repository.js'
import { contentSource } from '../../../src/oras/store/content-source.js'
import { MemoryStore } from '../../../src/oras/store/memory-store.js'
import type { Target } from '../../../src/oras/store/target.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../src/testing/index.js'
import { copy } from '../../../src/oras/graph/copy.js'
import { answerInWaves } from '../../support/answer-in-waves.js'
import { untilIdle } from '../../support/event-loop.js'
import { assembleArtifact, makeArtifact, randomContent } from '../../support/make-artifact.js'
import { skipWaiting } from '../../support/skip-waiting.js'

let registry: TestRegistry
const start = async (options: TestRegistryOptions = {}): Promise<TestRegistry> =>
  (registry = await startRegistry(options))
afterEach(() => registry?.close())

const repository = (name: string, options = {}): Repository =>
  new Repository(`${registry.host}/${name}`, { access: 'push', ...options })
const waves = (): number => Math.max(...registry.requests.map(({ wave }) => wave))
const bodies = (): number => registry.requests.filter(({ bytesIn }) => bytesIn > 0).length
const tagged = async (store: Target, tag: string): Promise<string | undefined> => (await store.resolve(tag))?.digest

describe('copy(): requests', () => {
  it('pushes a config and one small layer in 6 requests and 4 waves', async () => {
    await start({ delay: 20, intercept: answerInWaves() })
    const { manifest, source } = makeArtifact(1000)

    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })

    expect(registry.requests).toHaveLength(6)
    expect(waves()).toBe(4)
  })

  it('pushes a config and two small layers in 8 requests and 4 waves', async () => {
    await start({ delay: 20, intercept: answerInWaves() })
    const { manifest, source } = makeArtifact(1000, 2000)

    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })

    expect(registry.requests).toHaveLength(8)
    expect(waves()).toBe(4)
  })

  it('needs more waves one blob at a time: the count of waves can fail', async () => {
    await start({ delay: 20, intercept: answerInWaves() })
    const { manifest, source } = makeArtifact(1000, 2000)

    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'], concurrency: 1 })

    expect(registry.requests).toHaveLength(8)
    expect(waves()).toBeGreaterThan(4)
  })

  it('asks once and sends no body when everything is there', async () => {
    await start()
    const { manifest, source } = makeArtifact(1000)
    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })
    registry.clearRequests()

    const result = await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })

    expect(result.status).toBe('unchanged')
    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD'])
  })

  it('sends nothing but the manifest for the same blobs under another name in the repository', async () => {
    await start()
    const first = makeArtifact(1000, 2000)
    const [config, ...layers] = first.blobs as [Content, ...Content[]]
    const second = assembleArtifact(config, layers, 'another')
    await copy(first.source, first.manifest.descriptor, repository('a'), { tags: ['v1'] })
    registry.clearRequests()

    const result = await copy(second.source, second.manifest.descriptor, repository('a'), { tags: ['v2'] })

    expect(registry.requests.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'HEAD 404',
      'POST 201',
      'POST 201',
      'POST 201',
      'PUT 201',
    ])
    expect(bodies()).toBe(1)
    expect(result.stored).toEqual([second.manifest.descriptor])
  })

  it('does the same from another repository with mountFrom', async () => {
    await start()
    const { manifest, source } = makeArtifact(1000, 2000)
    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })
    registry.clearRequests()

    await copy(source, manifest.descriptor, repository('b'), { tags: ['v1'], mountFrom: ['a'] })

    expect(registry.requests).toHaveLength(5)
    expect(bodies()).toBe(1)
  })

  it.each([
    ['a new login', 'new', 8, 6],
    ['a kept one', 'kept', 6, 4],
  ])('pushes with Bearer and %s', async (_, login, requests, expected) => {
    await start({
      delay: 20,
      intercept: answerInWaves(),
      auth: { scheme: 'bearer', username: 'me', password: 'secret' },
    })
    const target = repository('a', { credentials: { username: 'me', password: 'secret' } })
    if (login === 'kept') await target.resolve('v0')
    registry.clearRequests()
    const { manifest, source } = makeArtifact(1000)

    await copy(source, manifest.descriptor, target, { tags: ['v1'] })

    expect(registry.requests).toHaveLength(requests)
    expect(waves()).toBe(expected)
  })

  it('sends no blob over 64 KiB twice to a registry that never mounts', async () => {
    await start({ mounting: false })
    const first = makeArtifact(70_000, 80_000)
    const [config, ...layers] = first.blobs as [Content, ...Content[]]
    const second = assembleArtifact(config, layers, 'another')
    const target = repository('a')
    await copy(first.source, first.manifest.descriptor, target, { tags: ['v1'] })
    registry.clearRequests()

    await copy(second.source, second.manifest.descriptor, target, { tags: ['v2'] })

    expect(registry.requests.every(({ bytesIn }) => bytesIn < 64 * 1024)).toBe(true)
    expect(registry.openSessions).toBe(0)
    expect(registry.tags('a')['v2']).toBe(second.manifest.descriptor.digest)
  })
})

describe('copy(): what it does', () => {
  it('copies between any two targets, with the tag', async () => {
    await start()
    const { manifest, source, blobs } = makeArtifact(10, 100_000)
    const store = new MemoryStore()

    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })
    const result = await copy(repository('a'), 'v1', store)

    expect(result).toMatchObject({ status: 'copied', root: manifest.descriptor, reused: [] })
    expect(await tagged(store, 'v1')).toBe(manifest.descriptor.digest)
    for (const { descriptor } of blobs) expect(await readContent(store.get(descriptor))).toHaveLength(descriptor.size)
  })

  it('reports what was stored, what was reused, and the tags', async () => {
    const { manifest, source, blobs } = makeArtifact(10)
    const store = new MemoryStore()
    await store.put(blobs[0] as Content)
    const events: OciEvent[] = []

    const result = await copy(source, manifest.descriptor, store, {
      tags: ['v1', 'v2'],
      onEvent: (e) => events.push(e),
    })

    const of = (type: string): unknown[] => events.filter((event) => event.type === type)
    expect(result.reused).toEqual([blobs[0]?.descriptor])
    expect(of('reused')).toEqual([{ type: 'reused', ...blobs[0]?.descriptor }])
    expect(of('stored')).toHaveLength(2)
    expect(of('tagged')).toEqual(
      ['v1', 'v2'].map((tag) => ({ type: 'tagged', tag, digest: manifest.descriptor.digest })),
    )
  })

  it('yields progress with rising bytes for a content of 20 MiB', async () => {
    await start()
    const { manifest, source, blobs } = makeArtifact(20 * 1024 * 1024)
    const digest = blobs[1]?.descriptor.digest
    const seen: number[] = []

    await copy(source, manifest.descriptor, repository('a'), {
      tags: ['v1'],
      onEvent: (event) => event.type === 'progress' && event.digest === digest && seen.push(event.transferred),
    })

    expect(seen.length).toBeGreaterThanOrEqual(5)
    expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(20 * 1024 * 1024)
  })

  it('asks for one tag alone while it has no login: a list of tags costs no list of challenges', async () => {
    await start({ auth: { scheme: 'bearer', username: 'me', password: 'secret' } })
    const { manifest, source } = makeArtifact(10)
    const target = repository('a', { credentials: { username: 'me', password: 'secret' } })

    await copy(source, manifest.descriptor, target, { tags: ['v1', 'v2', 'v3'] })

    expect(registry.requests.filter(({ status }) => status === 401)).toHaveLength(1)
    expect(registry.requests).toHaveLength(8 + 2)
  })

  it('tags what is there already under the tags that are missing', async () => {
    await start()
    const { manifest, source } = makeArtifact(10)
    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })

    const result = await copy(source, manifest.descriptor, repository('a'), { tags: ['v1', 'latest'] })

    expect(result.status).toBe('unchanged')
    expect(Object.keys(registry.tags('a'))).toEqual(['latest', 'v1'])
  })

  it('copies without a tag, known by its digest', async () => {
    await start()
    const { manifest, source } = makeArtifact(10)

    const first = await copy(source, manifest.descriptor, repository('a'))
    const second = await copy(source, manifest.descriptor, repository('a'))

    expect([first.status, second.status]).toEqual(['copied', 'unchanged'])
    expect(registry.tags('a')).toEqual({})
    expect(registry.manifests('a')).toEqual([manifest.descriptor.digest])
  })

  it('copies a single blob', async () => {
    await start()
    const blob = randomContent(3_000_000)

    await copy(contentSource([blob]), blob.descriptor, repository('a'))

    expect(registry.blobs('a')).toEqual([blob.descriptor.digest])
  })

  it.each([
    ['skip', 'skipped'],
    ['overwrite', 'copied'],
  ] as const)('with ifExists %s, another manifest under the tag means: %s', async (ifExists, status) => {
    const [old, next] = [makeArtifact(10), makeArtifact(10)]
    const store = new MemoryStore()
    await copy(old.source, old.manifest.descriptor, store, { tags: ['v1'] })

    const result = await copy(next.source, next.manifest.descriptor, store, { tags: ['v1'], ifExists })

    const expected = ifExists === 'skip' ? old : next
    expect(result.status).toBe(status)
    expect(result.root.digest).toBe(expected.manifest.descriptor.digest)
    expect(result.existing?.digest).toBe(ifExists === 'skip' ? old.manifest.descriptor.digest : undefined)
    expect(await tagged(store, 'v1')).toBe(expected.manifest.descriptor.digest)
  })

  it('with ifExists error, refuses before anything is sent', async () => {
    await start()
    const [old, next] = [makeArtifact(10), makeArtifact(10)]
    await copy(old.source, old.manifest.descriptor, repository('a'), { tags: ['v1'] })
    registry.clearRequests()

    const run = copy(next.source, next.manifest.descriptor, repository('a'), { tags: ['v1'], ifExists: 'error' })

    await expect(run).rejects.toMatchObject({
      code: 'ERR_ALREADY_EXISTS',
      message: `Cannot tag as "v1": the tag points to ${old.manifest.descriptor.digest}`,
    })
    expect(registry.requests.map(({ method }) => method)).toEqual(['HEAD'])
  })

  it('with ifExists error, notices a tag that another client made during the copy', async () => {
    const [ours, theirs] = [makeArtifact(10), makeArtifact(10)]
    const store = new MemoryStore()
    await copy(theirs.source, theirs.manifest.descriptor, store)
    const onEvent = (event: OciEvent): void => {
      if (event.type === 'stored') void store.tag(theirs.manifest.descriptor, 'v1')
    }

    const run = copy(ours.source, ours.manifest.descriptor, store, { tags: ['v1'], ifExists: 'error', onEvent })

    await expect(run).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' })
    expect(await tagged(store, 'v1')).toBe(theirs.manifest.descriptor.digest)
  })

  it('sends a blob after all if the registry only said that it had mounted it', async () => {
    const liar = await start({
      intercept: ({ method, path }) =>
        method === 'POST' && path.includes('mount=')
          ? { status: 201, headers: { location: '/v2/a/blobs/x' } }
          : undefined,
    })
    const { manifest, source, blobs } = makeArtifact(10, 100_000)

    const result = await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })

    expect(result.reused).toEqual([])
    expect(liar.blobs('a')).toEqual(blobs.map(({ descriptor }) => descriptor.digest).toSorted())
    expect(liar.tags('a')).toEqual({ v1: manifest.descriptor.digest })
  })

  it.each([400, 404])('sends the blobs again if the manifest is refused with %i', async (status) => {
    let refused = 0
    const errors = [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry' }]
    await start({
      intercept: ({ method, path }) => {
        if (method === 'POST' && path.includes('mount=')) return { status: 201, headers: { location: '/v2/a/blobs/x' } }
        const isFirst = method === 'PUT' && path.includes('/manifests/') && refused++ === 0
        return isFirst ? { status, body: JSON.stringify({ errors }) } : undefined
      },
    })
    const { manifest, source } = makeArtifact(10)

    await copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })

    expect(registry.tags('a')).toEqual({ v1: manifest.descriptor.digest })
  })

  it('sends them again only once: a registry that keeps losing blobs is an error', async () => {
    const errors = [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'blob unknown to registry' }]
    await start({
      intercept: ({ method, path }) => {
        if (method === 'POST' && path.includes('mount=')) return { status: 201, headers: { location: '/x' } }
        if (method === 'PUT' && path.includes('/manifests/')) return { status: 400, body: JSON.stringify({ errors }) }
        return undefined
      },
    })
    const { manifest, source } = makeArtifact(10)

    await expect(copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })).rejects.toMatchObject({
      code: 'ERR_REGISTRY',
      answer: { status: 400, diagnostics: errors },
    })
    expect(registry.requests.filter(({ path }) => path.includes('/manifests/v1')).map(({ method }) => method)).toEqual([
      'HEAD',
      'PUT',
      'PUT',
    ])
  })
})

describe('copy(): failing and cancelled', () => {
  const untouched = (): void => {
    expect(registry.tags('a')).toEqual({})
    expect(registry.manifests('a')).toEqual([])
    expect(registry.openSessions).toBe(0)
  }

  it('leaves no tag, no manifest and no session when one blob fails, and ends its siblings', async () => {
    await start({
      intercept: ({ method, headers }) =>
        method === 'PUT' && headers['content-length'] === '777' ? { status: 500, body: 'disk full' } : undefined,
    })
    const { manifest, source } = makeArtifact(777, 5_000_000, 6_000_000)

    await expect(copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })).rejects.toMatchObject({
      code: 'ERR_REGISTRY',
      answer: { status: 500 },
    })

    untouched()
    const running = registry.requests.filter(({ status }) => status === undefined)
    expect(running.filter(({ method }) => method !== 'PUT')).toEqual([])
  })

  it('closes the sessions of the siblings of a blob that failed, also on a slow registry', async () => {
    skipWaiting()
    let mounts = 0
    await start({
      delay: 150,
      intercept: ({ method, path }) => {
        const isFirst = method === 'POST' && path.includes('mount=') && mounts++ === 0
        return isFirst ? { status: 202, headers: { location: 'https://elsewhere.example/' } } : undefined
      },
    })
    const { manifest, source } = makeArtifact(1000, 2000, 3000)

    await expect(copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })).rejects.toMatchObject({
      code: 'ERR_UNSAFE_URL',
    })
    untouched()
  })

  it('leaves nothing when the source does not have a blob', async () => {
    await start()
    const { manifest, blobs } = makeArtifact(10, 20)
    const source = contentSource([manifest, blobs[0] as Content])

    await expect(copy(source, manifest.descriptor, repository('a'), { tags: ['v1'] })).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
    })
    untouched()
  })

  it('leaves nothing when a blob is not what its descriptor says', async () => {
    await start()
    const { manifest, source, blobs } = makeArtifact(2_000_000)
    const wrong = randomContent(2_000_000)
    const lying = {
      get: (descriptor: Content['descriptor']) =>
        descriptor === blobs[1]?.descriptor || descriptor.size === 2_000_000
          ? { descriptor, open: () => readAs(descriptor, wrong) }
          : source.get(descriptor),
    }

    await expect(copy(lying, manifest.descriptor, repository('a'), { tags: ['v1'] })).rejects.toMatchObject({
      answer: { diagnostics: [{ code: 'DIGEST_INVALID' }] },
    })
    untouched()
  })

  it.each([
    ['opens its sessions', 'POST'],
    ['sends its blobs', 'PUT'],
    ['looks up the tag', 'HEAD'],
  ])('cancelled while it %s: rejects with the reason within 100 ms and leaves nothing', async (_, method) => {
    skipWaiting()
    const controller = new AbortController()
    const reason = new Error('enough')
    let cancelled = 0
    await start({
      delay: 10,
      intercept: (request) => {
        if (request.method === method && !controller.signal.aborted) {
          cancelled = performance.now()
          controller.abort(reason)
        }
        return undefined
      },
    })
    const { manifest, source } = makeArtifact(1_000_000, 5_000_000, 30)

    const run = copy(source, manifest.descriptor, repository('a'), { tags: ['v1'], signal: controller.signal })

    await expect(run).rejects.toBe(reason)
    expect(performance.now() - cancelled).toBeLessThan(100)
    untouched()
  })

  it('leaves nothing running: no socket, no timer, no file', async () => {
    await start({ delay: 5 })
    const before = process.getActiveResourcesInfo().toSorted()
    const controller = new AbortController()
    const { manifest, source } = makeArtifact(20_000_000)
    const onEvent = (event: OciEvent): void => {
      if (event.type === 'progress' && event.size > 1000) controller.abort(new Error('enough'))
    }

    const run = copy(source, manifest.descriptor, repository('a'), { tags: ['v1'], signal: controller.signal, onEvent })

    await expect(run).rejects.toThrow('enough')
    await registry.close()
    await untilIdle()
    const after = process.getActiveResourcesInfo().toSorted()
    expect(after.filter((name) => !before.includes(name))).toEqual([])
  })

  it('fails with the error of a listener that throws', async () => {
    await start()
    const { manifest, source } = makeArtifact(10)
    const onEvent = (): void => {
      throw new Error('the listener is broken')
    }

    await expect(copy(source, manifest.descriptor, repository('a'), { tags: ['v1'], onEvent })).rejects.toThrow(
      'the listener is broken',
    )
    untouched()
  })

  it('refuses to tag a blob, and refuses an invalid concurrency', async () => {
    const { manifest, blobs, source } = makeArtifact(10)
    const store = new MemoryStore()

    await expect(copy(source, (blobs[0] as Content).descriptor, store, { tags: ['v1'] })).rejects.toThrow(TypeError)
    await expect(copy(source, manifest.descriptor, store, { concurrency: 0 })).rejects.toThrow(TypeError)
  })
})

async function* readAs(_: Content['descriptor'], content: Content): AsyncGenerator<Uint8Array> {
  yield* content.open()
}
