/** The interfaces that make a push a copy: what every place that keeps contents can do. */
import { anAbortSignal, type OptionChecks, strings } from '../errors/read-options.js'
import type { Content } from '../oci/content.js'
import type { Descriptor } from '../oci/descriptor.js'

/** An option of every call that can wait: the call rejects with the signal's reason. */
export interface SignalOptions {
  readonly signal?: AbortSignal | undefined
}

/** How to put a content into a {@link ContentStore}. */
export interface PutOptions extends SignalOptions {
  /**
   * Other repositories of the same registry that may hold the content already, so that it need not be sent. `false`
   * forbids mounting altogether. Stores that cannot mount ignore it.
   */
  readonly mountFrom?: readonly string[] | false | undefined
}

/** Where a copy can read from. */
export interface Source {
  /** Makes a content of what is kept. Nothing happens before it is opened; what is not there throws a `NotFoundError`
   * then. */
  get(descriptor: Descriptor): Content
  /** Finds what a tag or a digest stands for: media type, digest and size. `undefined` if there is nothing. */
  resolve?(tagOrDigest: string, options?: SignalOptions): Promise<Descriptor | undefined>
  /** Finds and reads the manifest of a tag or a digest at once. `undefined` if there is nothing. */
  fetchManifest?(tagOrDigest: string, options?: SignalOptions): Promise<Content | undefined>
}

/** Keeps contents by their digest. */
export interface ContentStore extends Source {
  has(descriptor: Descriptor, options?: SignalOptions): Promise<boolean>
  /**
   * Keeps a content; asking {@link ContentStore.has} first is never needed.
   *
   * @returns `exists` if the store had it, or got it without its bytes.
   */
  put(content: Content, options?: PutOptions): Promise<'stored' | 'exists'>
}

/**
 * A {@link ContentStore} with names: a registry's repository, a directory, a map in memory. `putTagged` and
 * `fetchManifest` save requests and never change the result; without `tags`, a target cannot tell which tags it has.
 */
export interface Target extends ContentStore {
  resolve(tagOrDigest: string, options?: SignalOptions): Promise<Descriptor | undefined>
  /** Lets a tag point to a manifest that the target holds. */
  tag(descriptor: Descriptor, tag: string, options?: SignalOptions): Promise<void>
  /** Keeps a manifest and lets tags point to it, in one request for each tag. */
  putTagged?(manifest: Content, tags: readonly string[], options?: SignalOptions): Promise<void>
  /** The names of all tags, in no promised order, each once. */
  tags?(options?: SignalOptions): AsyncIterable<string>
}

/** The checks of the options of all methods but `put`. */
export function signalChecks(): OptionChecks<SignalOptions> {
  return { signal: anAbortSignal }
}

/** The checks of the options of `put`. */
export function putChecks(): OptionChecks<PutOptions> {
  return {
    signal: anAbortSignal,
    mountFrom: (value, what) => value === false || strings(value, what),
  }
}
