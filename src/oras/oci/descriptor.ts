/** The descriptor: media type, digest and size of a content. */
import { isObject, wrongArgument } from '../errors/wrong-argument.js'
import type { Digest } from './digest.js'

/** Annotations: keys and texts. Manifests have them sorted by the bytes of the keys. */
export type Annotations = Readonly<Record<string, string>>

/**
 * Describes a content, and points to it by its digest.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md
 */
export interface Descriptor {
  /** The media type of the content. */
  readonly mediaType: string
  /** The digest of the bytes. */
  readonly digest: Digest
  /** In bytes. */
  readonly size: number
  /** The annotations of this descriptor, such as `org.opencontainers.image.title`. */
  readonly annotations?: Annotations
  /** The type of the artifact that a manifest describes, in the entries of an image index. */
  readonly artifactType?: string
}

/**
 * Checks that an argument is a descriptor.
 *
 * @throws {TypeError} that names the argument.
 */
export function expectDescriptor(value: unknown, name = 'descriptor'): void {
  if (isDescriptor(value)) return
  throw wrongArgument(`the argument ${name}`, 'a descriptor, { mediaType, digest, size }', value)
}

/** Tells a value that has the members of a descriptor. */
export function isDescriptor(value: unknown): value is Descriptor {
  if (!isObject(value)) return false
  const { mediaType, digest, size } = value
  return typeof mediaType === 'string' && typeof digest === 'string' && typeof size === 'number'
}
