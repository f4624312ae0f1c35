/** What a list of tags or versions contains, on any registry, whatever its pages are. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { listChartVersions, Repository } from '../../src/index.js'
import { NotFoundError } from '../../src/oras/errors/oci-error.js'
import { catchError } from './catch-error.js'
import { makeArtifact } from './make-artifact.js'
import type { PushCase, PushTarget } from './push-cases.js'

/** More than fit into one of our pages. */
const MANY = 1100

export const manyTagsCases: readonly PushCase[] = [
  {
    name: `all of ${MANY} tags are listed, each once, and as versions, newest first`,
    run: async (target) => {
      const { repository, reference } = open(target)
      const { manifest, blobs } = makeArtifact(10)
      const versions = Array.from({ length: MANY }, (_version, index) => `1.0.${index}+build`)
      const tags = versions.map((version) => version.replace('+', '_'))
      for (const blob of blobs) await repository.put(blob)
      const parts = [0, 1, 2, 3].map((part) => tags.filter((_tag, index) => index % 4 === part))
      await Promise.all(parts.map((part) => repository.putTagged(manifest, part)))

      expect((await listAll(repository)).toSorted()).toEqual(tags.toSorted())
      const listed = await listChartVersions(reference, { credentials: target.credentials })
      expect(listed.versions.map(({ version }) => version)).toEqual(versions.toReversed())
      expect(listed.otherTags).toEqual([])
    },
  },
]

export const listCases: readonly PushCase[] = [
  {
    name: 'a tag that was moved is listed once',
    run: async (target) => {
      const { repository } = open(target)
      for (const { manifest, blobs } of [makeArtifact(10), makeArtifact(20)]) {
        for (const blob of blobs) await repository.put(blob)
        await repository.putTagged(manifest, ['latest', 'v1'])
      }

      expect((await listAll(repository)).toSorted()).toEqual(['latest', 'v1'])
    },
  },
  {
    name: 'a repository without tags has an empty list',
    run: async (target) => {
      const repository = await openUntagged(target)

      expect(await listAll(repository)).toEqual([])
    },
  },
  {
    name: 'a repository that is not there is an error',
    run: async (target) => {
      expect(await catchError(() => listAll(open(target).repository))).toBeInstanceOf(NotFoundError)
    },
  },
]

/** Opens a repository that holds a manifest, and no tag. */
export async function openUntagged(target: PushTarget): Promise<Repository> {
  const { repository } = open(target)
  const { manifest, blobs } = makeArtifact(10)
  for (const blob of blobs) await repository.put(blob)
  await repository.put(manifest)
  return repository
}

function open({ proxy, credentials }: PushTarget) {
  const reference = `${proxy.host}/list-${randomUUID().slice(0, 8)}`
  return { reference, repository: new Repository(reference, { credentials, access: 'push' }) }
}

export async function listAll(repository: Repository): Promise<readonly string[]> {
  const tags: string[] = []
  for await (const tag of repository.tags()) tags.push(tag)
  return tags
}
