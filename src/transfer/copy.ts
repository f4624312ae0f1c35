/** Copies a manifest and everything below it from one target to another. */
import { AlreadyExistsError, RegistryError } from '../errors.js'
import type { OciEvent } from '../events.js'
import type { Content } from '../oci/content.js'
import type { Descriptor } from '../oci/descriptor.js'
import { isManifest } from '../oci/media-types.js'
import type { PutOptions, Source, Target } from '../store/target.js'
import { observeContent } from './observe-content.js'
import { readGraph, readRoot } from './read-graph.js'
import { runAll } from './run-all.js'

/** How to copy. */
export interface CopyOptions {
  /** The tags that the target gives to the root. Default: `root` if it is a tag, none if it is a descriptor or digest. */
  readonly tags?: readonly string[]
  /**
   * What to do if the target's first tag stands for something else: replace it, leave everything as it is, or fail. It
   * is looked up at the start and, unless it may be replaced, again just before the manifest is put; what another
   * client tags in between is not seen, because registries have no conditional put. Default: `overwrite`.
   */
  readonly ifExists?: 'overwrite' | 'skip' | 'error'
  /** Other repositories of the target's registry that may hold the blobs already. */
  readonly mountFrom?: readonly string[]
  /** How many blobs move at once. Default: 4. */
  readonly concurrency?: number
  readonly onEvent?: (event: OciEvent) => void
  readonly signal?: AbortSignal
}

/** What a copy did. */
export interface CopyResult {
  /** `unchanged`: the first tag stood for the root already. `skipped`: it stood for something else, and was left. */
  readonly status: 'copied' | 'unchanged' | 'skipped'
  /** The root in the source; for `skipped`, what the target has under the first tag. */
  readonly root: Descriptor
  /** What was sent to the target: blobs as they finished, then manifests. */
  readonly stored: readonly Descriptor[]
  /** What the target had already, or mounted. */
  readonly reused: readonly Descriptor[]
}

/**
 * Copies a manifest, or an index, with all it refers to: blobs side by side, each manifest after what it refers to, tags
 * at the end. When the promise settles, nothing of the call is still running, and a call that failed or was cancelled
 * has left no tag, no manifest and no upload session.
 *
 * @param root A descriptor, or a tag or digest that the source resolves.
 * @throws {NotFoundError} if the source lacks the root or anything below it.
 * @throws {AlreadyExistsError} with `ifExists: 'error'`, if the first tag stands for something else.
 * @example
 * ```ts
 * import { copy, Repository } from 'oras-helm'
 *
 * const source = new Repository('localhost:5000/mychart')
 * const target = new Repository('localhost:5000/mirror/mychart', { access: 'push' })
 * const { status } = await copy(source, 'latest', target, { mountFrom: ['mychart'] })
 * console.log(status) // copied
 * ```
 */
export async function copy(
  source: Source,
  root: Descriptor | string,
  target: Target,
  options: CopyOptions = {},
): Promise<CopyResult> {
  const { ifExists = 'overwrite', concurrency = 4, mountFrom, onEvent, signal } = options
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new RangeError('concurrency must be a whole number from 1')
  const waiting = signal ? { signal } : {}
  const content = await readRoot(source, root, signal)
  const { descriptor } = content
  const tags = options.tags ?? (typeof root === 'string' && !root.includes(':') ? [root] : [])
  const stored: Descriptor[] = []
  const reused: Descriptor[] = []

  const lookUp = (names: readonly string[]): Promise<readonly (Descriptor | undefined)[]> =>
    runAll(
      names.map((name) => (running) => target.resolve(name, { signal: running })),
      { concurrency, signal },
    )
  const put = async (each: Content, putting: PutOptions): Promise<void> => {
    const result = await target.put(onEvent ? observeContent(each, onEvent) : each, putting)
    report(each.descriptor, result === 'stored')
  }
  const report = (each: Descriptor, isStored: boolean): void => {
    const { mediaType, digest, size } = each
    ;(isStored ? stored : reused).push(each)
    onEvent?.({ type: isStored ? 'stored' : 'reused', mediaType, digest, size })
  }
  const putAll = async (contents: readonly Content[], putting: PutOptions): Promise<void> => {
    await runAll(
      contents.map((each) => (running) => put(each, { ...putting, signal: running })),
      { concurrency, signal },
    )
  }
  const putRoot = async (names: readonly string[]): Promise<void> => {
    if (target.putTagged && names.length > 0) await target.putTagged(content, names, waiting)
    else {
      await target.put(content, waiting)
      for (const name of names) await target.tag(descriptor, name, waiting)
    }
    for (const tag of names) onEvent?.({ type: 'tagged', tag, digest: descriptor.digest })
  }

  const names = tags.length > 0 || !isManifest(descriptor) ? tags : [descriptor.digest]
  const found = await lookUp(names)
  const outdated = tags.filter((_, index) => found[index]?.digest !== descriptor.digest)
  if (found[0]?.digest === descriptor.digest) {
    if (outdated.length > 0) await putRoot(outdated)
    report(descriptor, false)
    return { status: 'unchanged', root: descriptor, stored, reused }
  }
  const keep = keptDescriptor(found[0], tags[0], ifExists)
  if (keep) return { status: 'skipped', root: keep, stored, reused }

  const graph = await readGraph(source, content, (entry) => target.has(entry, waiting), signal)
  const blobs = graph.blobs.map((blob) => (blob === descriptor ? content : source.get(blob)))
  await putAll(blobs, mountFrom ? { mountFrom } : {})
  if (!isManifest(descriptor)) return { status: 'copied', root: descriptor, stored, reused }

  const finish = async (): Promise<Descriptor | undefined> => {
    for (const level of graph.levels) await putAll(level, {})
    if (ifExists !== 'overwrite' && tags[0] !== undefined) {
      const [now] = await lookUp([tags[0]])
      const taken = now?.digest === descriptor.digest ? undefined : keptDescriptor(now, tags[0], ifExists)
      if (taken) return taken
    }
    await putRoot(outdated)
    report(descriptor, true)
    return undefined
  }
  const taken = await finish().catch(async (error: unknown) => {
    const doubtful = blobs.filter((blob) => reused.includes(blob.descriptor))
    if (!isBlobUnknown(error) || doubtful.length === 0) throw error
    // The registry said that it had mounted a blob, and now it does not know it: send what it claimed to have.
    reused.splice(0)
    await putAll(doubtful, { mountFrom: false })
    return finish()
  })
  return taken
    ? { status: 'skipped', root: taken, stored, reused }
    : { status: 'copied', root: descriptor, stored, reused }
}

/** What must be left under the tag; `undefined` if the tag is free, or may be replaced. */
function keptDescriptor(
  found: Descriptor | undefined,
  tag: string | undefined,
  ifExists: NonNullable<CopyOptions['ifExists']>,
): Descriptor | undefined {
  if (found === undefined || ifExists === 'overwrite') return undefined
  if (ifExists === 'skip') return found
  throw new AlreadyExistsError(`Cannot tag as "${tag}": the tag stands for ${found.digest}`, {
    hint: "Use another tag or version, or let it be replaced with ifExists: 'overwrite'.",
  })
}

function isBlobUnknown(error: unknown): boolean {
  const codes = new Set(['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'])
  return error instanceof RegistryError && error.answer.diagnostics.some(({ code }) => codes.has(code))
}
