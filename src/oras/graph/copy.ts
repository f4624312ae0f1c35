/** Copies a manifest and everything below it from one target to another. */
import { AlreadyExistsError, NotFoundError, RegistryError } from '../errors/oci-error.js'
import {
  aFunction,
  anAbortSignal,
  oneOf,
  type OptionChecks,
  readOptions,
  strings,
  wholeNumber,
} from '../errors/read-options.js'
import { hearingNoSecrets, redactorOf, withoutSecrets } from '../errors/redact-error.js'
import { isObject, wrongArgument } from '../errors/wrong-argument.js'
import type { OciEvent } from '../events.js'
import { STOP_GRACE, untilAborted } from '../signals.js'
import type { Content } from '../oci/content.js'
import { type Descriptor, expectDescriptor } from '../oci/descriptor.js'
import { isManifest } from '../oci/media-types.js'
import type { PutOptions, Source, Target } from '../store/target.js'
import { observeContent } from './observe-content.js'
import { readGraph, readRoot } from './read-graph.js'
import { DEFAULT_CONCURRENCY, runAll } from './run-all.js'

/** How to copy. */
export interface CopyOptions {
  /**
   * The tags that the target gives to the root.
   *
   * @default `root` if it is a tag, none if it is a descriptor or digest
   */
  readonly tags?: readonly string[] | undefined
  /**
   * What to do if the first tag already points to another manifest: replace the tag, copy nothing, or fail. The tag is
   * looked up at the start and, unless it may be replaced, again just before the manifest is put. A tag that another
   * client sets after that is replaced, because registries have no conditional put.
   *
   * @default `'overwrite'`
   */
  readonly ifExists?: 'overwrite' | 'skip' | 'error' | undefined
  /** Other repositories of the target's registry that may hold the blobs already. */
  readonly mountFrom?: readonly string[] | undefined
  /**
   * How many blobs move at once.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /** Called with progress, stored and reused contents, and tags. An error that it throws fails the call. */
  readonly onEvent?: ((event: OciEvent) => void) | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** What a copy did. */
export interface CopyResult {
  /**
   * `unchanged`: the first tag stood for the root already, and at most other tags were written. `skipped`: it stood for
   * something else, and was left.
   */
  readonly status: 'copied' | 'unchanged' | 'skipped'
  /** The root in the source; for `skipped`, what the target has under the first tag. */
  readonly root: Descriptor
  /** With the status `skipped` alone: what the target has under the first tag, and keeps. */
  readonly existing?: Descriptor
  /** What was sent to the target: blobs as they finished, then manifests. */
  readonly stored: readonly Descriptor[]
  /** What the target had already, or mounted. */
  readonly reused: readonly Descriptor[]
}

/**
 * Copies a manifest, or an index, with all it refers to: blobs side by side, each manifest after what it refers to, tags
 * at the end. When the promise settles, nothing of the call is still running, unless a source or a target does not stop
 * at its signal; and a call that failed or was cancelled before the root went out has left no tag and no manifest under
 * the root's name, and no upload session that the registry would let go; of a cancelled one, a registry that takes longer
 * than 75 ms to answer may keep a session until it cleans up. Tags are written one after the other: those before a failure
 * stay.
 *
 * @param root A descriptor, or a tag or digest that the source resolves.
 * @throws {NotFoundError} if the source lacks the root or anything below it.
 * @throws {AlreadyExistsError} with `ifExists: 'error'`, if the first tag stands for something else.
 * @example
 * ```ts
 * import { copy, Repository } from 'oras-helm/oras'
 *
 * const source = new Repository('localhost:5000/app')
 * const target = new Repository('localhost:5000/mirror/app', { access: 'push' })
 * const { status } = await copy(source, 'latest', target, { mountFrom: ['app'] })
 * console.log(status) // copied
 * ```
 */
export async function copy(
  source: Source,
  root: Descriptor | string,
  target: Target,
  options: CopyOptions = {},
): Promise<CopyResult> {
  expectMembers('source', 'a Source', source, SOURCE_MEMBERS)
  if (typeof root !== 'string' || root === '') {
    if (!isObject(root))
      throw wrongArgument('the argument root', 'a descriptor, or a tag or a digest as a string', root)
    expectDescriptor(root, 'root')
  }
  expectMembers('target', 'a Target', target, TARGET_MEMBERS)
  const settings = readOptions(options, copyChecks())
  const redact = redactorOf(source, target)
  const onEvent = hearingNoSecrets(redact, settings.onEvent)
  const copying = withoutSecrets(redact, () => copyGraph(source, root, target, { ...settings, onEvent }))
  return untilAborted(copying, settings.signal, STOP_GRACE)
}

function copyChecks(): OptionChecks<CopyOptions> {
  return {
    tags: strings,
    ifExists: oneOf('overwrite', 'skip', 'error'),
    mountFrom: strings,
    concurrency: wholeNumber(1),
    onEvent: aFunction,
    signal: anAbortSignal,
  }
}

const SOURCE_MEMBERS: readonly (keyof Source)[] = ['get']
const TARGET_MEMBERS: readonly (keyof Target)[] = ['get', 'has', 'put', 'resolve', 'tag']

function expectMembers(name: string, kind: string, value: unknown, members: readonly string[]): void {
  const lacking = isObject(value) ? members.filter((member) => typeof value[member] !== 'function') : members
  if (lacking.length === 0) return
  const calls = members.map((member) => `${member}()`).join(', ')
  throw wrongArgument(`the argument ${name}`, `${kind}, such as a Repository or a MemoryStore, with ${calls}`, value)
}

async function copyGraph(
  source: Source,
  root: Descriptor | string,
  target: Target,
  options: CopyOptions,
): Promise<CopyResult> {
  const { ifExists = 'overwrite', mountFrom, concurrency = DEFAULT_CONCURRENCY, onEvent, signal } = options
  const content = await readRoot(source, root, signal)
  const { descriptor } = content
  const tags = options.tags ?? (typeof root === 'string' && !root.includes(':') ? [root] : [])
  if (tags.length > 0 && !isManifest(descriptor)) throw new TypeError('only manifests can be tagged')

  const record = new CopyRecord(onEvent)
  const end = (status: CopyResult['status'], at: Descriptor): CopyResult => {
    const existing = status === 'skipped' && { existing: at }
    return { status, root: at, ...existing, stored: record.stored, reused: record.reused }
  }
  const lookUp = (names: readonly string[]): Promise<readonly (Descriptor | undefined)[]> => {
    const tasks = names.map((name) => (running: AbortSignal) => target.resolve(name, { signal: running }))
    return runAll(tasks, { concurrency, signal })
  }
  const putAll = (contents: readonly Content[], how: PutOptions): Promise<unknown> => {
    const tasks = contents.map((each) => async (running: AbortSignal) => {
      const observed = onEvent ? observeContent(each, onEvent) : each
      record.enter(each.descriptor, await target.put(observed, { ...how, signal: running }))
    })
    return runAll(tasks, { concurrency, signal })
  }

  const [tag, ...otherTags] = tags
  const [found] = await lookUp(isManifest(descriptor) ? [tag ?? descriptor.digest] : [])
  if (found?.digest === descriptor.digest) {
    const others = await lookUp(otherTags)
    const outdated = otherTags.filter((_, index) => others[index]?.digest !== descriptor.digest)
    if (outdated.length > 0) await putTagged(target, content, outdated, { onEvent, signal })
    record.enter(descriptor, 'exists')
    return end('unchanged', descriptor)
  }
  const kept = keptDescriptor(found, tag, ifExists)
  if (kept) return end('skipped', kept)

  const graph = await readGraph(source, content, (entry) => target.has(entry, { signal }), signal)
  const blobs = graph.blobs.map((blob) => (blob === descriptor ? content : source.get(blob)))
  await putAll(blobs, { mountFrom })
  if (!isManifest(descriptor)) return end('copied', descriptor)

  const healing = async (putManifests: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await putManifests()
    } catch (error) {
      const doubtful = blobs.filter((blob) => record.reused.includes(blob.descriptor))
      if (doubtful.length === 0 || !isBlobUnknown(error)) throw error
      // The registry said that it had these blobs, or had mounted them, and now it does not know one: send them.
      await putAll(doubtful, { mountFrom: false })
      return putManifests()
    }
  }
  for (const level of graph.levels) await healing(() => putAll(level, {}))
  if (ifExists !== 'overwrite' && tag !== undefined) {
    const [now] = await lookUp([tag])
    const taken = now?.digest === descriptor.digest ? undefined : keptDescriptor(now, tag, ifExists)
    if (taken) return end('skipped', taken)
  }
  await healing(() => putTagged(target, content, tags, { onEvent, signal }))
  record.enter(descriptor, 'stored')
  return end('copied', descriptor)
}

async function putTagged(
  target: Target,
  manifest: Content,
  tags: readonly string[],
  { onEvent, signal }: Pick<CopyOptions, 'onEvent' | 'signal'>,
): Promise<void> {
  const { descriptor } = manifest
  if (target.putTagged && tags.length > 0) await target.putTagged(manifest, tags, { signal })
  else {
    await target.put(manifest, { signal })
    for (const tag of tags) await target.tag(descriptor, tag, { signal })
  }
  for (const tag of tags) onEvent?.({ type: 'tagged', tag, digest: descriptor.digest })
}

/** What must be left under the tag; `undefined` if the tag is free, or may be replaced. */
function keptDescriptor(
  found: Descriptor | undefined,
  tag: string | undefined,
  ifExists: CopyOptions['ifExists'],
): Descriptor | undefined {
  if (found === undefined || tag === undefined || ifExists === 'overwrite') return undefined
  if (ifExists === 'skip') return found
  throw new AlreadyExistsError(`Cannot tag as "${tag}": the tag points to ${found.digest}`, {
    hint: "Use another tag or version, or let it be replaced with ifExists: 'overwrite'.",
  })
}

function isBlobUnknown(error: unknown): boolean {
  const codes = new Set(['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'])
  const answer = error instanceof RegistryError || error instanceof NotFoundError ? error.answer : undefined
  return answer?.diagnostics.some(({ code }) => codes.has(code)) === true
}

/** Remembers what became of each content, and reports it. */
class CopyRecord {
  readonly #onEvent: ((event: OciEvent) => void) | undefined
  readonly #results = new Map<Descriptor, 'stored' | 'exists'>()

  constructor(onEvent: ((event: OciEvent) => void) | undefined) {
    this.#onEvent = onEvent
  }

  /** Enters a content; a later entry for the same descriptor replaces an earlier one. */
  enter(descriptor: Descriptor, result: 'stored' | 'exists'): void {
    const { mediaType, digest, size } = descriptor
    this.#results.set(descriptor, result)
    this.#onEvent?.({ type: result === 'stored' ? 'stored' : 'reused', mediaType, digest, size })
  }

  get stored(): readonly Descriptor[] {
    return [...this.#results].filter(([, result]) => result === 'stored').map(([descriptor]) => descriptor)
  }

  get reused(): readonly Descriptor[] {
    return [...this.#results].filter(([, result]) => result === 'exists').map(([descriptor]) => descriptor)
  }
}
