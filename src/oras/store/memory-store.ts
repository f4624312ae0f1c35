/** A target that keeps everything in memory. */
import { NotFoundError } from '../errors/oci-error.js'
import { readOptions } from '../errors/read-options.js'
import { expectString } from '../errors/wrong-argument.js'
import { checkedContent, type Content, expectContent, readContent } from '../oci/content.js'
import { type Descriptor, expectDescriptor } from '../oci/descriptor.js'
import { putChecks, type PutOptions, signalChecks, type SignalOptions, type Target } from './target.js'

/**
 * A target in memory: it keeps each content once, however many tags it has.
 *
 * @example
 * ```ts
 * import { bytesContent, MemoryStore } from 'oras-helm/oras'
 *
 * const store = new MemoryStore()
 * const content = bytesContent(new TextEncoder().encode('hello'), { mediaType: 'text/plain' })
 * console.log(await store.put(content), await store.put(content)) // stored exists
 * ```
 */
export class MemoryStore implements Target {
  readonly #contents = new Map<string, { readonly descriptor: Descriptor; readonly bytes: Uint8Array }>()
  readonly #tags = new Map<string, string>()

  /** Tells whether the store has a content. */
  async has(descriptor: Descriptor, options: SignalOptions = {}): Promise<boolean> {
    expectDescriptor(descriptor)
    readOptions(options, signalChecks()).signal?.throwIfAborted()
    return this.#contents.has(descriptor.digest)
  }

  /** Returns a stored content; a missing one throws a `NotFoundError` when it is read. */
  get(descriptor: Descriptor): Content {
    expectDescriptor(descriptor)
    return checkedContent(descriptor, () => this.#read(descriptor))
  }

  /** Reads a content into memory, verifies it, and stores it. */
  async put(content: Content, options: PutOptions = {}): Promise<'stored' | 'exists'> {
    expectContent(content)
    const { signal } = readOptions(options, putChecks())
    signal?.throwIfAborted()
    const { mediaType, digest, size } = content.descriptor
    if (this.#contents.has(digest)) return 'exists'
    const bytes = await readContent(content, { limit: Number.MAX_SAFE_INTEGER, signal })
    this.#contents.set(digest, { descriptor: { mediaType, digest, size }, bytes })
    return 'stored'
  }

  /** Finds the content of a tag or a digest; `undefined` if there is no such content. */
  async resolve(tagOrDigest: string, options: SignalOptions = {}): Promise<Descriptor | undefined> {
    expectString('tagOrDigest', 'a tag or a digest, as a string', tagOrDigest)
    readOptions(options, signalChecks()).signal?.throwIfAborted()
    return this.#contents.get(this.#tags.get(tagOrDigest) ?? tagOrDigest)?.descriptor
  }

  /**
   * Tags a stored content; the tag may be in use.
   *
   * @throws {NotFoundError} if the store does not have the content.
   */
  async tag(descriptor: Descriptor, tag: string, options: SignalOptions = {}): Promise<void> {
    expectDescriptor(descriptor)
    expectString('tag', 'a tag, as a string', tag)
    readOptions(options, signalChecks()).signal?.throwIfAborted()
    if (!this.#contents.has(descriptor.digest)) throw missing(`Cannot tag ${descriptor.digest} as "${tag}"`)
    this.#tags.set(tag, descriptor.digest)
  }

  /** Lists all tags. */
  async *tags(options: SignalOptions = {}): AsyncGenerator<string, void, undefined> {
    readOptions(options, signalChecks()).signal?.throwIfAborted()
    yield* this.#tags.keys()
  }

  async *#read(descriptor: Descriptor): AsyncGenerator<Uint8Array, void, undefined> {
    const kept = this.#contents.get(descriptor.digest)
    if (!kept) throw missing(`Cannot read ${descriptor.digest}`)
    yield kept.bytes
  }
}

function missing(attempt: string): NotFoundError {
  return new NotFoundError(`${attempt}: the store in memory does not hold it`, {
    hint: 'Put the content into the store first.',
  })
}
