/** The interfaces of everything that stores contents: a registry, memory, files. A copy needs nothing else. */
import { anAbortSignal, type OptionChecks, strings } from '../errors/read-options.js'
import type { Content } from '../oci/content.js'
import type { Descriptor } from '../oci/descriptor.js'

/** The option of every call that can wait. */
export interface SignalOptions {
  /** Cancels the call; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** How to put a content into a {@link ContentStore}. */
export interface PutOptions extends SignalOptions {
  /**
   * Other repositories of the same registry that may have the blob: the registry can mount it from there, and it is not
   * sent. `false` never mounts. Stores that cannot mount ignore the option.
   *
   * @default the repository itself
   */
  readonly mountFrom?: readonly string[] | false | undefined
}

/** What a copy can read from. */
export interface Source {
  /** Returns a stored content. Nothing is read before it is opened; a missing content throws a `NotFoundError` then. */
  get(descriptor: Descriptor): Content
  /** Finds the descriptor of a tag or a digest; `undefined` if there is no such manifest. */
  resolve?(tagOrDigest: string, options?: SignalOptions): Promise<Descriptor | undefined>
  /** Finds and reads the manifest of a tag or a digest in one step; `undefined` if there is no such manifest. */
  fetchManifest?(tagOrDigest: string, options?: SignalOptions): Promise<Content | undefined>
}

/** Stores contents by their digest. */
export interface ContentStore extends Source {
  /** Tells whether the store has a content. */
  has(descriptor: Descriptor, options?: SignalOptions): Promise<boolean>
  /**
   * Stores a content; there is no need to call {@link ContentStore.has} before.
   *
   * @returns `exists` if the store had the content, or could mount it: then its bytes were not sent.
   */
  put(content: Content, options?: PutOptions): Promise<'stored' | 'exists'>
}

/**
 * A {@link ContentStore} with tags: a repository in a registry, a folder, a map in memory. `putTagged` and
 * `fetchManifest` are optional: they save requests and never change the result. A target without `tags` cannot list its
 * tags.
 */
export interface Target extends ContentStore {
  /** Finds the descriptor of a tag or a digest; `undefined` if there is no such manifest. */
  resolve(tagOrDigest: string, options?: SignalOptions): Promise<Descriptor | undefined>
  /** Tags a manifest that the target has; the tag may be in use. */
  tag(descriptor: Descriptor, tag: string, options?: SignalOptions): Promise<void>
  /** Stores a manifest and tags it, with one request for each tag. */
  putTagged?(manifest: Content, tags: readonly string[], options?: SignalOptions): Promise<void>
  /** Lists all tags, each once, in any order. */
  tags?(options?: SignalOptions): AsyncIterable<string>
}

/** The checks for the options of all methods but `put`. */
export function signalChecks(): OptionChecks<SignalOptions> {
  return { signal: anAbortSignal }
}

/** The checks for the options of `put`. */
export function putChecks(): OptionChecks<PutOptions> {
  return {
    signal: anAbortSignal,
    mountFrom: (value, what) => value === false || strings(value, what),
  }
}
