import { describe, expect, it } from 'vitest'
import { bytesContent, type Content } from '../../../src/oras/oci/content.js'
import type { Descriptor } from '../../../src/oras/oci/descriptor.js'
import { INDEX_MEDIA_TYPE } from '../../../src/oras/oci/media-types.js'
import { contentSource } from '../../../src/oras/store/content-source.js'
import { readGraph, readRoot } from '../../../src/oras/graph/read-graph.js'
import { makeArtifact } from '../../support/make-artifact.js'

const nowhere = async (): Promise<boolean> => false

function makeIndex(...entries: readonly Content[]): Content {
  const manifests = entries.map(({ descriptor: { mediaType, digest, size } }) => ({ mediaType, digest, size }))
  return bytesContent(Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })), { mediaType: INDEX_MEDIA_TYPE })
}

const digests = (contents: readonly (Content | Descriptor)[]): readonly string[] =>
  contents.map((each) => ('descriptor' in each ? each.descriptor.digest : each.digest)).toSorted()

describe('readGraph()', () => {
  it('lists the config and the layers of a manifest', async () => {
    const { manifest, blobs, source } = makeArtifact(1, 2)

    const graph = await readGraph(source, manifest, nowhere, undefined)

    expect(digests(graph.blobs)).toEqual(digests(blobs))
    expect(graph.levels).toEqual([])
  })

  it('puts every manifest of an index of indexes in a level before those that refer to it', async () => {
    const a = makeArtifact(1)
    const b = makeArtifact(1)
    const inner = makeIndex(a.manifest, b.manifest)
    const outer = makeIndex(a.manifest, inner)
    const source = contentSource([outer, inner, a.manifest, b.manifest, ...a.blobs, ...b.blobs])

    const graph = await readGraph(source, outer, nowhere, undefined)

    expect(graph.levels.map(digests)).toEqual([digests([a.manifest, b.manifest]), digests([inner])])
    expect(digests(graph.blobs)).toEqual(digests([...a.blobs, ...b.blobs]))
  })

  it('leaves out what the target has, and everything below it', async () => {
    const a = makeArtifact(1)
    const b = makeArtifact(1)
    const index = makeIndex(a.manifest, b.manifest)
    const source = contentSource([index, a.manifest, b.manifest, ...b.blobs])
    const isThere = async ({ digest }: Descriptor): Promise<boolean> => digest === a.manifest.descriptor.digest

    const graph = await readGraph(source, index, isThere, undefined)

    expect(graph.levels.map(digests)).toEqual([digests([b.manifest])])
    expect(digests(graph.blobs)).toEqual(digests(b.blobs))
  })

  it('reads each manifest once, however many refer to it', async () => {
    const bottom = makeArtifact(1)
    const chain = [bottom.manifest]
    for (let i = 0; i < 60; i++) chain.push(makeIndex(...chain))
    const byDigest = contentSource([...chain, ...bottom.blobs])
    let reads = 0
    const source = {
      get: (descriptor: Descriptor) => {
        reads++
        return byDigest.get(descriptor)
      },
    }

    const graph = await readGraph(source, chain.at(-1) as Content, nowhere, undefined)

    expect(reads).toBe(60)
    expect(graph.levels.map(digests)).toEqual(chain.slice(0, -1).map((each) => [each.descriptor.digest]))
  })

  it('holds no more than 64 MiB of manifests', async () => {
    const entries = Array.from({ length: 17 }, (_, at) => {
      const json = JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { at: String(at) } })
      return bytesContent(Buffer.from(json.padEnd(4 * 1024 * 1024)), { mediaType: INDEX_MEDIA_TYPE })
    })
    const json = JSON.stringify({ schemaVersion: 2, manifests: entries.map(({ descriptor }) => descriptor) })
    const index = bytesContent(Buffer.from(json), { mediaType: INDEX_MEDIA_TYPE })
    const source = contentSource(entries)

    await expect(readGraph(source, index, nowhere, undefined)).rejects.toMatchObject({ code: 'ERR_LIMIT_EXCEEDED' })
    const graph = await readGraph(source, makeIndex(...entries.slice(1)), nowhere, undefined)
    expect(graph.levels.flat()).toHaveLength(16)
  })

  it('takes a blob as it is', async () => {
    const { blobs, source } = makeArtifact(5)
    const blob = blobs[1] as Content

    const graph = await readGraph(source, await readRoot(source, blob.descriptor, undefined), nowhere, undefined)

    expect(graph).toMatchObject({ blobs: [blob.descriptor], levels: [] })
  })

  it('stops at a source that never ends', async () => {
    let count = 0
    const endless = {
      get: (): Content => {
        const { manifest } = makeArtifact(1)
        count++
        return manifest
      },
    }
    const entries = Array.from({ length: 1001 }, () => makeArtifact().manifest)
    const index = makeIndex(...entries)
    const source = {
      get: (descriptor: Descriptor) => entries.find((e) => e.descriptor.digest === descriptor.digest) ?? endless.get(),
    }

    await expect(readGraph(source, index, nowhere, undefined)).rejects.toMatchObject({
      code: 'ERR_LIMIT_EXCEEDED',
      limit: 1000,
    })
    expect(count).toBe(0)
  })
})

describe('readRoot()', () => {
  it('names the tag that the source does not have', async () => {
    await expect(readRoot({ get: () => makeArtifact().manifest }, 'v9', undefined)).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: 'Cannot copy "v9": the source does not have it',
    })
  })
})
