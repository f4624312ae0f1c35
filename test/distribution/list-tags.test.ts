/** Tags on the Distribution registry, which may or may not make pages of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NotFoundError } from '../../src/errors.js'
import { Repository } from '../../src/registry/repository.js'
import { catchError } from '../catch-error.js'
import { makeArtifact } from '../make-artifact.js'
import { type Distribution, distributionMissing, startDistribution } from '../start-distribution.js'

const missing = distributionMissing()
if (missing) console.warn(`Skipped: the tags of the Distribution registry, because ${missing}.`)

describe.skipIf(missing)('Repository.tags() on the Distribution registry', () => {
  let distribution: Distribution
  beforeAll(async () => {
    distribution = await startDistribution()
  })
  afterAll(() => distribution.close())

  const open = (repository: string): Repository =>
    new Repository(`${distribution.host}/${repository}`, { access: 'push' })

  const list = async (repository: Repository): Promise<readonly string[]> => {
    const tags: string[] = []
    for await (const tag of repository.tags()) tags.push(tag)
    return tags.toSorted()
  }

  it('lists all of more tags than fit into one of our pages', async () => {
    const repository = open('many')
    const { manifest, blobs } = makeArtifact(10)
    const tags = Array.from({ length: 1100 }, (_tag, index) => `v1.0.${index}_build`)
    for (const blob of blobs) await repository.put(blob)
    const parts = [0, 1, 2, 3].map((part) => tags.filter((_tag, index) => index % 4 === part))
    await Promise.all(parts.map((part) => repository.putTagged(manifest, part)))

    expect(await list(repository)).toEqual(tags.toSorted())
  })

  it('lists none where none was set', async () => {
    const repository = open('untagged')
    const { manifest, blobs } = makeArtifact(10)
    for (const blob of blobs) await repository.put(blob)
    await repository.put(manifest)

    const outcome = await list(repository).catch((error: unknown) => error)

    // Distribution 2 does not know a repository without tags; Distribution 3 lists none.
    if (!(outcome instanceof NotFoundError)) expect(outcome).toEqual([])
  })

  it('says what is missing', async () => {
    expect(await catchError(() => list(open('missing')))).toBeInstanceOf(NotFoundError)
  })
})
