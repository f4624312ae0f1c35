/** The descriptor: what a content is called, how large it is, and what it holds. */
import { isObject, wrongArgument } from '../errors/wrong-argument.js'
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
