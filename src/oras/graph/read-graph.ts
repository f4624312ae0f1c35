/** Reads the graph below a manifest: its successors, and their successors. */
import { LimitExceededError, NotFoundError } from '../errors/oci-error.js'
import { checkedContent, type Content, readContent } from '../oci/content.js'
import { slices } from '../oci/byte-stream.js'
import type { Descriptor } from '../oci/descriptor.js'
import { MANIFEST_LIMIT, parseManifestInTurns } from '../oci/manifest.js'
import { isManifest } from '../oci/media-types.js'
import type { Source } from '../store/target.js'
import { Turns } from '../turns.js'

/** A root and everything below it. */
export interface Graph {
  /** The root: a manifest, an index or a blob. */
  readonly root: Content
  /** The blobs, each once. */
  readonly blobs: readonly Descriptor[]
  /** The manifests below the root, by level: manifests of a level refer only to blobs and to earlier levels. */
  readonly levels: readonly (readonly Content[])[]
}

// No real index has so many; a hostile source could send manifests without end.
const MAX_MANIFESTS = 1000
// All manifests are in memory until they are put.
const MAX_BYTES = 64 * 1024 * 1024

/** Finds the root by descriptor, tag or digest; a manifest is read into memory, a blob is not read. */
export async function readRoot(
  source: Source,
  root: Descriptor | string,
  signal: AbortSignal | undefined,
): Promise<Content> {
  if (typeof root !== 'string') return isManifest(root) ? readManifest(source.get(root), signal) : source.get(root)
  const fetched = await source.fetchManifest?.(root, { signal })
  if (fetched) return fetched
  const descriptor = source.fetchManifest ? undefined : await source.resolve?.(root, { signal })
  if (descriptor) return readRoot(source, descriptor, signal)
  throw new NotFoundError(`Cannot copy "${root}": the source does not have it`, {
    hint: 'Check the tag or digest, and that this is the right source.',
  })
}

/**
 * Reads all manifests below the root, each once.
 *
 * @param isThere Tells whether the target has a manifest, and so everything below it: then it is left out.
 */
export async function readGraph(
  source: Source,
  root: Content,
  isThere: (manifest: Descriptor) => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<Graph> {
  if (!isManifest(root.descriptor)) return { root, blobs: [root.descriptor], levels: [] }
  const blobs = new Map<string, Descriptor>()
  const levels: Content[][] = []
  const turns = new Turns(signal)
  let count = 0
  let bytes = 0

  /** Returns the level of a manifest: one above the highest level that it refers to. */
  const visit = async (content: Content): Promise<number> => {
    const { mediaType } = content.descriptor
    const json = await readContent(content, { limit: MANIFEST_LIMIT, signal })
    const { config, layers, manifests } = await parseManifestInTurns(json, mediaType, turns)
    for (const blob of [...(config ? [config] : []), ...layers]) {
      blobs.set(blob.digest, blob)
      const turn = turns.take()
      if (turn) await turn
    }
    let level = 0
    for (const entry of manifests) {
      const turn = turns.take()
      if (turn) await turn
      if (!isManifest(entry)) blobs.set(entry.digest, entry)
      else level = Math.max(level, 1 + (await visitEntry(entry)))
    }
    return level
  }
  // There are no cycles, because a manifest holds the digests of those below it.
  const heights = new Map<string, number>()
  const visitEntry = async (entry: Descriptor): Promise<number> => {
    const known = heights.get(entry.digest)
    if (known !== undefined) return known
    let height = -1
    if (!(await isThere(entry))) {
      count += 1
      bytes += entry.size
      if (count > MAX_MANIFESTS || bytes > MAX_BYTES) throw tooMuch(root)
      const content = await readManifest(source.get(entry), signal)
      height = await visit(content)
      ;(levels[height] ??= []).push(content)
    }
    heights.set(entry.digest, height)
    return height
  }

  await visit(root)
  return { root, blobs: [...blobs.values()], levels }
}

async function readManifest(content: Content, signal: AbortSignal | undefined): Promise<Content> {
  const bytes = await readContent(content, { limit: MANIFEST_LIMIT, signal })
  return checkedContent(content.descriptor, () => slices(bytes))
}

function tooMuch(root: Content): LimitExceededError {
  const limits = `${MAX_MANIFESTS} manifests or ${MAX_BYTES} bytes of them`
  return new LimitExceededError(`Cannot copy ${root.descriptor.digest}: it holds more than ${limits}`, {
    limit: MAX_MANIFESTS,
    hint: 'No option raises this limit: copy the entries of the index one by one.',
  })
}
