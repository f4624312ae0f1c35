/** Uploads that are sent again, although the registry has got them, or a part of them. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { RegistryError } from '../../../../src/oras/errors/oci-error.js'
import type { Content } from '../../../../src/oras/oci/content.js'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../../../src/testing/index.js'
import { catchError } from '../../../support/catch-error.js'
import { makeArtifact, randomContent } from '../../../support/make-artifact.js'
import { makeClock } from '../../../support/make-clock.js'
import { type Fault, startFaultyProxy } from '../../../support/start-faulty-proxy.js'

/** Starts a registry, and a proxy before it that does so to the first requests of a method. */
async function start(method: string, faults: readonly Fault[], options: TestRegistryOptions = {}) {
  const left = [...faults]
  const registry = await startRegistry(options)
  const proxy = await startFaultyProxy(registry.port, (head) => {
    return head.startsWith(`${method} `) ? left.shift() : undefined
  })
  onTestFinished(async () => {
    await proxy.close()
    await registry.close()
  })
  const repository = new Repository(`${proxy.host}/a`, { access: 'push', retry: { clock: makeClock() } })
  return { registry, repository }
}

const count = ({ requests }: TestRegistry, method: string): number =>
  requests.filter((request) => request.method === method).length
const sizes = [1000, 100_000, 3_000_000]

describe('an upload whose connection breaks', () => {
  it.each(sizes)('is stored, and found to be, if the answer was lost: %i bytes', async (size) => {
    const { registry, repository } = await start('PUT', [{ side: 'answer', after: 0 }])
    const content = randomContent(size)

    expect(await repository.put(content)).toBe('stored')

    expect(registry.blobs('a')).toEqual([content.descriptor.digest])
    // What had arrived was not sent a third time.
    expect(count(registry, 'PUT')).toBe(2)
    expect(registry.openSessions).toBe(0)
  })

  it.each(sizes.flatMap((size) => [0, 0.5, 0.99].map((part) => [size, Math.floor(size * part)] as const)))(
    'begins anew if a part of it had arrived: of %i bytes, %i',
    async (size, after) => {
      const { registry, repository } = await start('PUT', [{ side: 'request', after }])
      const content = randomContent(size)

      expect(await repository.put(content)).toBe('stored')

      expect(registry.blobs('a')).toEqual([content.descriptor.digest])
      expect(registry.openSessions).toBe(0)
    },
  )

  it('opens another session if that could not be told', async () => {
    const { registry, repository } = await start('POST', [{ side: 'answer', after: 20 }])
    const content = randomContent(1000)

    expect(await repository.put(content)).toBe('stored')

    expect(registry.blobs('a')).toEqual([content.descriptor.digest])
    // The address of the first one is known to nobody.
    expect(registry.openSessions).toBe(1)
  })

  it.each([400, 404, 409, 410, 416])('begins anew five times and no more if the session answers %i', async (status) => {
    let puts = 0
    const { registry, repository } = await start('none', [], {
      intercept: ({ method }) => (method === 'PUT' ? { status: ++puts % 2 === 1 ? 503 : status } : undefined),
    })

    const error = await catchError(() => repository.put(randomContent(1000)))

    expect(error).toMatchObject({
      code: 'ERR_NETWORK',
      message: expect.stringMatching(/^Cannot upload blob sha256:.* the connection broke each time$/) as string,
      cause: { answer: { status } },
    })
    expect(puts).toBe(12)
    expect(registry.blobs('a')).toEqual([])
    expect(registry.openSessions).toBe(0)
  })

  it('begins anew as often as there are retries, and not without', async () => {
    for (const [retry, expected] of [
      [{ budget: 3, clock: makeClock() }, 4],
      [false, 1],
    ] as const) {
      let puts = 0
      const registry = await startRegistry({
        intercept: ({ method }) =>
          method === 'PUT' ? (++puts % 2 === 1 ? { reset: true } : { status: 404 }) : undefined,
      })
      onTestFinished(() => registry.close())
      const repository = new Repository(`${registry.host}/a`, { access: 'push', retry })

      expect(await catchError(() => repository.put(randomContent(1000)))).toMatchObject({
        code: 'ERR_NETWORK',
        message: expect.stringMatching(/the connection broke each time$/) as string,
      })
      expect(puts / 2).toBe(expected)
    }
  })

  it('is refused at once by who refuses it the first time', async () => {
    const { registry, repository } = await start('none', [], {
      intercept: ({ method }) => (method === 'PUT' ? { status: 400 } : undefined),
    })

    expect(await catchError(() => repository.put(randomContent(1000)))).toBeInstanceOf(RegistryError)
    expect(count(registry, 'PUT')).toBe(1)
  })
})

describe('a manifest whose connection breaks', () => {
  const putParts = async (repository: Repository): Promise<Content> => {
    const { blobs, manifest } = makeArtifact(10)
    for (const blob of blobs) await repository.put(blob)
    return manifest
  }

  it('is put again', async () => {
    const { registry, repository } = await start('PUT', [
      { side: 'answer', after: Infinity },
      { side: 'answer', after: Infinity },
      { side: 'request', after: 10 },
      { side: 'answer', after: 0 },
    ])
    const manifest = await putParts(repository)

    await repository.putTagged(manifest, ['v1'])

    expect(registry.tags('a')).toEqual({ v1: manifest.descriptor.digest })
  })

  it('is there if the answer was lost and the tag is immutable now', async () => {
    let puts = 0
    const immutable = { status: 400, body: '{"errors":[{"code":"TAG_INVALID","message":"the tag is immutable"}]}' }
    const { registry, repository } = await start(
      'PUT',
      [
        { side: 'answer', after: Infinity },
        { side: 'answer', after: Infinity },
        { side: 'answer', after: 0 },
      ],
      {
        intercept: ({ method, path }) =>
          method === 'PUT' && path.endsWith('/v1') && ++puts > 1 ? immutable : undefined,
      },
    )
    const manifest = await putParts(repository)

    await repository.putTagged(manifest, ['v1'])

    expect(registry.tags('a')).toEqual({ v1: manifest.descriptor.digest })
    expect(puts).toBe(2)
  })

  it('is an error if another one has the tag', async () => {
    const { registry, repository } = await start('none', [])
    const [first, second] = [await putParts(repository), await putParts(repository)]
    await repository.putTagged(first, ['v1'])
    let puts = 0
    const refusing = await start('none', [], {
      intercept: ({ method, path }) => {
        if (method === 'PUT' && path.endsWith('/v1')) return { status: ++puts === 1 ? 503 : 412 }
        return method === 'HEAD' ? { status: 200, headers: headersOf(first) } : undefined
      },
    })

    const error = await catchError(() => refusing.repository.putTagged(second, ['v1']))

    expect(error).toMatchObject({ code: 'ERR_REGISTRY', answer: { status: 412 } })
    expect(registry.tags('a')).toEqual({ v1: first.descriptor.digest })
  })
})

function headersOf({ descriptor }: Content): Record<string, string> {
  const { digest, mediaType, size } = descriptor
  return { 'Docker-Content-Digest': digest, 'Content-Type': mediaType, 'Content-Length': String(size) }
}
