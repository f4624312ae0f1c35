/** The store contract: kept by the store in memory, and broken, rule by rule, by stores that are made to break it. */
import { describe, expect, it, test } from 'vitest'
import { NotFoundError } from '../../../src/oras/errors/oci-error.js'
import { type Content, type OpenOptions, readContent } from '../../../src/oras/oci/content.js'
import { MemoryStore } from '../../../src/oras/store/memory-store.js'
import type { Target } from '../../../src/oras/store/target.js'
import { storeContract } from '../../../src/testing/contract/store-contract.js'
import { skipBecause } from '../../support/skip-because.js'

describe('MemoryStore', () => {
  const contract = storeContract(async () => ({ target: new MemoryStore() }), { sha512: true })
  for (const { name, run, skipReason } of contract) {
    skipBecause(skipReason(new MemoryStore()), `MemoryStore: ${name}`)
    test(name, run)
  }
})

test('every case opens its own target, and always closes it', async () => {
  let open = 0
  const contract = storeContract(async () => {
    open += 1
    const close = async (): Promise<void> => void (open -= 1)
    return { target: open === 1 ? new MemoryStore() : ({} as Target), close }
  })

  for (const { run } of contract) await run()
  expect(open).toBe(0)

  open = 1
  await expect(contract[0]?.run()).rejects.toThrow()
  expect(open).toBe(1)
})

describe('a rule about an optional member', () => {
  const rules = (target: Target) => storeContract(async () => ({ target }))
  const skippedBy = async (target: Target): Promise<Record<string, string>> => {
    const skipped: Record<string, string> = {}
    for (const { name, run } of rules(target)) await run({ skip: (reason) => (skipped[name] = reason) })
    return skipped
  }

  it('is the only rule that is skipped, with a reason', async () => {
    expect(await skippedBy(new MemoryStore())).toEqual({
      [PUTTING]: 'the target has no putTagged()',
      [FETCHING]: 'the target has no fetchManifest()',
    })
    expect(Object.keys(await skippedBy(storeWith(() => ({}))()))).toEqual([PUTTING, FETCHING, ...LISTING])
  })

  it('says that it is skipped before it runs, for test runners that must know', async () => {
    const target = new MemoryStore()

    const reasons = rules(target).flatMap(({ name, skipReason }) => skipReason(target) ?? (name === PUTTING ? '' : []))

    expect(reasons).toEqual(Object.values(await skippedBy(target)))
  })

  it('closes its target, and lets the runner end the test with an exception', async () => {
    let isClosed = false
    const close = async (): Promise<void> => void (isClosed = true)
    const contract = storeContract(async () => ({ target: new MemoryStore(), close }))
    const ended = new Error('the test is skipped')
    const skip = (): never => {
      expect(isClosed).toBe(true)
      throw ended
    }

    await expect(contract.find(({ name }) => name === PUTTING)?.run({ skip })).rejects.toBe(ended)
  })

  it('runs without a context, and has no parameter for a callback', async () => {
    const contract = rules(new MemoryStore())

    expect(contract.map(({ run }) => run.length)).toEqual(contract.map(() => 0))
    await expect(contract.find(({ name }) => name === PUTTING)?.run()).resolves.toBeUndefined()
  })
})

/** A store in memory with some of its members replaced. */
const storeWith = (change: (store: MemoryStore) => Partial<Target>) => (): Target => {
  const store = new MemoryStore()
  return {
    has: (descriptor, options) => store.has(descriptor, options),
    get: (descriptor) => store.get(descriptor),
    put: (content, options) => store.put(content, options),
    resolve: (name, options) => store.resolve(name, options),
    tag: (descriptor, tag, options) => store.tag(descriptor, tag, options),
    ...change(store),
  }
}

const withOpen = ({ descriptor }: Content, open: (options?: OpenOptions) => AsyncIterable<Uint8Array>): Content => ({
  descriptor,
  open,
})

const inOtherWords = async (found: Promise<unknown>): Promise<void> => {
  await found.catch((error: unknown) => {
    throw error instanceof NotFoundError ? new Error('there is no such thing') : error
  })
}

const READING = [
  'get() delivers the exact bytes',
  'a content of 3 MiB comes back whole',
  'get() can be opened again, and twice at once',
  'get() delivers the bytes from start on',
  'reading can be left early',
  'put() of the same content many times at once keeps it once and right',
  'put() keeps a manifest byte for byte, and says "exists" the second time',
]
const NAMING = ['resolve() finds a manifest by its tag and by its digest', 'tag() moves a tag that points elsewhere']
const SAYING = ['put() says "stored", and "exists" when the content is there', READING[6]]
const MISSING = ['content', 'manifest'].map(
  (what) => `get() of a missing ${what} throws ERR_NOT_FOUND, but only when it is opened`,
)
const PUTTING = 'putTagged() keeps the manifest, sets every tag, and stops at an aborted signal'
const FETCHING =
  'fetchManifest() reads what resolve() finds, is undefined where there is nothing, and stops at an aborted signal'
const LISTING = [
  'tags() lists every tag, and each once',
  'tags() can be left early, and gone through again',
  'tags() rejects with the reason of an aborted signal',
]
const CANCELLING = [
  'put() that is cancelled on its way rejects with the reason and leaves nothing',
  'has(), put() and get() reject with the reason of an aborted signal',
  'resolve() and tag() reject with the reason of an aborted signal',
]

test.each<readonly [what: string, target: () => Target, rules: readonly (string | undefined)[]]>([
  [
    'keeps what does not match',
    storeWith((store) => {
      const kept = new Set<string>()
      return {
        has: async (descriptor, options) => (await store.has(descriptor, options)) || kept.has(descriptor.digest),
        put: async (content, options) => {
          const result = await store.put(content, options).catch(() => 'stored' as const)
          options?.signal?.throwIfAborted()
          kept.add(content.descriptor.digest)
          return result
        },
      }
    }),
    ['other bytes', 'too few bytes', 'too many bytes', 'other bytes, in a content of 3 MiB'].map(
      (what) => `put() refuses ${what} with ERR_CONTENT_MISMATCH and leaves nothing`,
    ),
  ],
  [
    'says "stored" and keeps nothing',
    storeWith(() => ({
      put: async (content, options) => {
        await readContent(content, { signal: options?.signal })
        return 'stored'
      },
    })),
    [
      'has() is false before put() and true after it',
      SAYING[0],
      'an empty content comes back empty',
      ...READING,
      ...NAMING,
    ],
  ],
  [
    'always says "stored"',
    storeWith((store) => ({ put: async (...all) => (await store.put(...all), 'stored') })),
    SAYING,
  ],
  [
    'always says "exists"',
    storeWith((store) => ({ put: async (...all) => (await store.put(...all), 'exists') })),
    [...SAYING, READING[5]],
  ],
  [
    'hands over other bytes',
    storeWith((store) => ({
      get: (descriptor) =>
        withOpen(store.get(descriptor), async function* (options) {
          for await (const piece of store.get(descriptor).open(options))
            yield Uint8Array.from(piece, (byte) => byte ^ 1)
        }),
    })),
    READING,
  ],
  [
    'ignores start',
    storeWith((store) => ({
      get: (descriptor) => {
        const kept = store.get(descriptor)
        return withOpen(kept, (options) => kept.open({ signal: options?.signal }))
      },
    })),
    [READING[3]],
  ],
  [
    'opens a content only once',
    storeWith((store) => ({
      get: (descriptor) => {
        const kept = store.get(descriptor)
        let opened: AsyncIterable<Uint8Array> | undefined
        return withOpen(kept, (options) => (opened ??= kept.open(options)))
      },
    })),
    [READING[2]],
  ],
  [
    'looks in get() already',
    storeWith((store) => {
      const held = new Set<string>()
      return {
        put: async (content, options) => (held.add(content.descriptor.digest), store.put(content, options)),
        get: (descriptor) => {
          if (!held.has(descriptor.digest)) throw new NotFoundError('missing', { hint: 'none' })
          return store.get(descriptor)
        },
      }
    }),
    MISSING,
  ],
  [
    'has no codes for what is missing',
    storeWith((store) => ({
      get: (descriptor) =>
        withOpen(store.get(descriptor), async function* (options) {
          if (!(await store.has(descriptor))) throw new Error('there is no such thing')
          yield* store.get(descriptor).open(options)
        }),
      tag: (...all) => inOtherWords(store.tag(...all)),
    })),
    [...MISSING, 'tag() of a missing manifest throws ERR_NOT_FOUND and tags nothing'],
  ],
  [
    'does not listen to signals',
    storeWith((store) => ({
      has: (descriptor) => store.has(descriptor),
      get: (descriptor) =>
        withOpen(store.get(descriptor), (options) => store.get(descriptor).open({ start: options?.start })),
      put: (content) => store.put(content),
      resolve: (name) => store.resolve(name),
      tag: (descriptor, tag) => store.tag(descriptor, tag),
    })),
    CANCELLING,
  ],
  [
    'wraps the reason of a signal',
    storeWith((store) => ({
      put: (content, options) =>
        store.put(content, options).catch((cause: unknown) => {
          throw options?.signal?.aborted ? new Error('failed', { cause }) : cause
        }),
    })),
    CANCELLING.slice(0, 2),
  ],
  [
    'never moves a tag',
    storeWith((store) => ({
      tag: async (descriptor, tag, options) => {
        if (!(await store.resolve(tag, options))) await store.tag(descriptor, tag, options)
      },
    })),
    [NAMING[1]],
  ],
  [
    'finds what is not there',
    storeWith((store) => ({
      resolve: async (name, options) =>
        (await store.resolve(name, options)) ?? { mediaType: 'text/plain', digest: name as never, size: 0 },
    })),
    [
      'resolve() of an unknown tag or digest is undefined',
      'tag() of a missing manifest throws ERR_NOT_FOUND and tags nothing',
      CANCELLING[2],
    ],
  ],
  [
    'sets only the first of several tags',
    storeWith((store) => ({
      putTagged: async (manifest, tags, options) => {
        await store.put(manifest, options)
        await store.tag(manifest.descriptor, tags[0] as string, options)
      },
    })),
    [PUTTING],
  ],
  [
    'fetches nothing',
    storeWith(() => ({
      fetchManifest: async (_, options) => {
        options?.signal?.throwIfAborted()
        return undefined
      },
    })),
    [FETCHING],
  ],
  [
    'puts and fetches whatever the signal says',
    storeWith((store) => ({
      putTagged: async (manifest, tags) => {
        await store.put(manifest)
        for (const tag of tags) await store.tag(manifest.descriptor, tag)
      },
      fetchManifest: async (name) => {
        const found = await store.resolve(name)
        return found && store.get(found)
      },
    })),
    [PUTTING, FETCHING],
  ],
  [
    'lists no tags',
    storeWith((store) => ({
      tags: async function* (options) {
        for await (const tag of store.tags(options)) if (tag === '') yield tag
      },
    })),
    LISTING.slice(0, 2),
  ],
  [
    'lists a tag as often as it was set',
    storeWith((store) => {
      const set: string[] = []
      return {
        tag: async (descriptor, tag, options) => {
          await store.tag(descriptor, tag, options)
          set.push(tag)
        },
        tags: async function* (options) {
          options?.signal?.throwIfAborted()
          yield* set
        },
      }
    }),
    LISTING.slice(0, 1),
  ],
  [
    'lists its tags only once',
    storeWith((store) => {
      let listed: AsyncIterable<string> | undefined
      return { tags: (options) => (listed ??= store.tags(options)) }
    }),
    LISTING.slice(1, 2),
  ],
  ['lists its tags whatever the signal says', storeWith((store) => ({ tags: () => store.tags() })), LISTING.slice(2)],
])('a store that %s breaks exactly the expected rules', async (_, target, rules) => {
  const broken: string[] = []
  for (const { name, run } of storeContract(async () => ({ target: target() }))) {
    await run().catch(() => broken.push(name))
  }

  expect(new Set(broken)).toEqual(new Set(rules))
})
