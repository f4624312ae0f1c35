/** A target in memory. */
import { NotFoundError } from '../errors/oci-error.js'
import { readOptions } from '../errors/read-options.js'
import { checkedContent, type Content, expectContent, readContent } from '../oci/content.js'
import { type Descriptor, expectDescriptor } from '../oci/descriptor.js'
import { putChecks, type PutOptions, signalChecks, type SignalOptions, type Target } from './target.js'

/**
 * Keeps contents and tags in memory, each content once, however many names it has.
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

  async has(descriptor: Descriptor, options: SignalOptions = {}): Promise<boolean> {
    expectDescriptor(descriptor)
    readOptions(options, signalChecks()).signal?.throwIfAborted()
    return this.#contents.has(descriptor.digest)
  }

  get(descriptor: Descriptor): Content {
    expectDescriptor(descriptor)
    return checkedContent(descriptor, () => this.#read(descriptor))
  }

  /** Reads the content whole, checks it, and keeps it. */
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

  async resolve(tagOrDigest: string, options: SignalOptions = {}): Promise<Descriptor | undefined> {
    readOptions(options, signalChecks()).signal?.throwIfAborted()
    return this.#contents.get(this.#tags.get(tagOrDigest) ?? tagOrDigest)?.descriptor
  }

  async tag(descriptor: Descriptor, tag: string, options: SignalOptions = {}): Promise<void> {
    expectDescriptor(descriptor)
    readOptions(options, signalChecks()).signal?.throwIfAborted()
    if (!this.#contents.has(descriptor.digest)) throw missing(`Cannot tag ${descriptor.digest} as "${tag}"`)
    this.#tags.set(tag, descriptor.digest)
  }

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
