/** Finds out what a manifest refers to, and what that refers to. */
import { LimitExceededError, NotFoundError } from '../errors.js'
import { bytesContent, type Content, readContent } from '../oci/content.js'
import type { Descriptor } from '../oci/descriptor.js'
import { MANIFEST_LIMIT, parseManifest } from '../oci/manifest.js'
import { isManifest } from '../oci/media-types.js'
import type { Source } from '../store/target.js'

/** A root and all below it. */
export interface Graph {
  readonly root: Content
  /** The blobs, each once. */
  readonly blobs: readonly Descriptor[]
  /** The manifests below the root, level by level: those of a level refer only to blobs and to levels before it. */
  readonly levels: readonly (readonly Content[])[]
}

// An index of indexes of images is as deep as anybody goes; a hostile source could go on for ever.
const MAX_MANIFESTS = 1000

/** Finds the root by descriptor, tag or digest; a manifest is read into memory, a blob is not touched. */
export async function readRoot(
  source: Source,
  root: Descriptor | string,
  signal: AbortSignal | undefined,
): Promise<Content> {
  const options = { signal }
  if (typeof root !== 'string') return isManifest(root) ? readManifest(source.get(root), signal) : source.get(root)
  const fetched = await source.fetchManifest?.(root, options)
  if (fetched) return fetched
  const descriptor = source.fetchManifest ? undefined : await source.resolve?.(root, options)
  if (descriptor) return readRoot(source, descriptor, signal)
  throw new NotFoundError(`Cannot copy "${root}": the source does not have it`, {
    hint: 'Check the tag or digest, and that this is the right source.',
  })
}

/**
 * Reads all manifests below the root, each once.
 *
 * @param isThere Tells whether the target has a manifest, and so all below it: then it is left out.
 */
export async function readGraph(
  source: Source,
  root: Content,
  isThere: (manifest: Descriptor) => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<Graph> {
  const blobs = new Map<string, Descriptor>()
  const depths = new Map<string, { readonly content: Content; depth: number }>()

  const visit = async (content: Content, depth: number): Promise<void> => {
    const { config, layers, manifests } = parseManifest(
      await readContent(content, { limit: MANIFEST_LIMIT, signal }),
      content.descriptor.mediaType,
    )
    for (const blob of [...(config ? [config] : []), ...layers]) blobs.set(blob.digest, blob)
    for (const entry of manifests) {
      const seen = depths.get(entry.digest)
      if (seen && seen.depth >= depth) continue
      if (!isManifest(entry)) blobs.set(entry.digest, entry)
      else if (seen || !(await isThere(entry))) {
        const child = seen?.content ?? (await readManifest(source.get(entry), signal))
        depths.set(entry.digest, { content: child, depth })
        if (depths.size > MAX_MANIFESTS) throw tooMany(root)
        await visit(child, depth + 1)
      }
    }
  }

  if (!isManifest(root.descriptor)) return { root, blobs: [root.descriptor], levels: [] }
  await visit(root, 0)
  const levels: Content[][] = []
  for (const { content, depth } of depths.values()) (levels[depth] ??= []).push(content)
  return { root, blobs: [...blobs.values()], levels: levels.reverse() }
}

async function readManifest(content: Content, signal: AbortSignal | undefined): Promise<Content> {
  const bytes = await readContent(content, { limit: MANIFEST_LIMIT, signal })
  const { descriptor } = content
  return { descriptor, open: (options) => bytesContent(bytes, descriptor).open(options) }
}

function tooMany(root: Content): LimitExceededError {
  return new LimitExceededError(
    `Cannot copy ${root.descriptor.digest}: it holds more than ${MAX_MANIFESTS} manifests`,
    {
      limit: MAX_MANIFESTS,
      hint: 'No index is that large: look at what it refers to, or copy its entries one by one.',
    },
  )
}
