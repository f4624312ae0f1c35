/** Where a registry differs from the others, and what is expected of it instead. */
import { expect } from 'vitest'
import { digestOf, NotFoundError, readContent, Repository } from '../../src/index.js'
import { checkedContent } from '../../src/oras/oci/content.js'
import { catchError } from './catch-error.js'
import { listAll, openUntagged } from './list-cases.js'
import { randomContent } from './make-artifact.js'
import type { PushCase, PushTarget } from './push-cases.js'

/** A case that is changed for a registry. */
export interface RegistryException {
  /** The name of the case. */
  readonly name: string
  /** What happens there, and why. */
  readonly instead: string
  /** The changed case; without it, the case itself allows what this registry does. */
  readonly run?: PushCase['run']
}

/** Distribution, 2 and 3. */
export const DISTRIBUTION: readonly RegistryException[] = [
  {
    name: 'a repository without tags has an empty list',
    instead: 'is not found: Distribution knows it by its tags',
    run: async (target) => {
      const repository = await openUntagged(target)

      expect(await catchError(() => listAll(repository))).toBeInstanceOf(NotFoundError)
    },
  },
]

/** The registry of go-containerregistry. */
export const CRANE: readonly RegistryException[] = [
  {
    name: 'the same content under another name and version sends nothing but the manifest: 5 requests, 1 body',
    instead: 'sends all of it again, for nothing is ever mounted: 8 requests, 4 bodies',
  },
  {
    name: 'the same content in another repository sends nothing but the manifest, with mountFrom',
    instead: 'sends all of it again, for nothing is ever mounted: 8 requests, 4 bodies',
  },
  {
    name: 'put() says "stored", and "exists" when the content is there',
    instead: 'says "stored" of a small one again, for nothing is ever mounted, until a large one has shown it',
    run: async (target) => {
      const repository = open(target)
      const [small, large] = [randomContent(100), randomContent(100_000)]

      const results: string[] = []
      for (const each of [small, small, large, large, small]) results.push(await repository.put(each))

      expect(results).toEqual(['stored', 'stored', 'stored', 'exists', 'exists'])
    },
  },
]

/** The registry in memory of CUE. */
export const CUE: readonly RegistryException[] = [
  {
    name: 'a cold push of helm needs 6 requests, of split 8',
    instead: 'needs 10 and 14, for what cannot be mounted is refused, and no session opened',
  },
  {
    name: 'a content with a sha512 digest comes back whole',
    instead: 'is refused, for only sha256 is computed',
    run: async (target) => {
      const repository = open(target)
      const bytes = await readContent(randomContent(1000))
      const descriptor = { mediaType: 'application/octet-stream', digest: digestOf(bytes, 'sha512'), size: 1000 }

      const error = await catchError(() =>
        repository.put(
          checkedContent(descriptor, async function* () {
            yield bytes
          }),
        ),
      )

      expect(error).toMatchObject({ code: 'ERR_REGISTRY', answer: { status: 400 } })
      expect(await repository.has(descriptor)).toBe(false)
    },
  },
]

/** Replaces cases by their exceptions. */
export function exceptCases(cases: readonly PushCase[], exceptions: readonly RegistryException[]): readonly PushCase[] {
  return cases.map((each) => {
    const exception = exceptions.find(({ name }) => name === each.name)
    return exception ? { name: `unlike "${each.name}": ${exception.instead}`, run: exception.run ?? each.run } : each
  })
}

function open({ proxy, credentials }: PushTarget): Repository {
  return new Repository(`${proxy.host}/exceptions`, { credentials, access: 'push' })
}
