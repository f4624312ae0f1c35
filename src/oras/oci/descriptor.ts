/** The descriptor: what a content is called, how large it is, and what it holds. */
import type { Digest } from './digest.js'

/** Text by text; in manifests always written in the order of the keys' bytes. */
export type Annotations = Readonly<Record<string, string>>

/**
 * Points to a content.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** In bytes. */
  readonly size: number
  readonly annotations?: Annotations
  /** The type of the artifact that a manifest describes, in the entries of an image index. */
  readonly artifactType?: string
}
