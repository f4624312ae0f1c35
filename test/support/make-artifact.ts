/** Makes artifacts of random contents, so that no two tests have the same blobs. */
import { randomBytes } from 'node:crypto'
import { bytesContent, type Content } from '../../src/oras/oci/content.js'
import { buildManifest } from '../../src/oras/oci/manifest.js'
import { contentSource } from '../../src/oras/store/content-source.js'
import type { Source } from '../../src/oras/store/target.js'

export interface Artifact {
  readonly manifest: Content
  readonly blobs: readonly Content[]
  readonly source: Source
}

/** Makes a manifest with a config of 100 bytes and one layer of each size. */
export function makeArtifact(...sizes: readonly number[]): Artifact {
  const config = randomContent(100)
  const layers = sizes.map(randomContent)
  return assembleArtifact(config, layers)
}

/** Makes a manifest of given contents; with another annotation it is another manifest with the same blobs. */
export function assembleArtifact(config: Content, layers: readonly Content[], name = 'artifact'): Artifact {
  const manifest = buildManifest({ config, layers, annotations: { name } })
  return { manifest, blobs: [config, ...layers], source: contentSource([manifest, config, ...layers]) }
}

export function randomContent(size: number): Content {
  return bytesContent(randomBytes(size), { mediaType: 'application/octet-stream' })
}
