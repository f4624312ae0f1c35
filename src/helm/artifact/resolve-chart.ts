/** The chart that a manifest is about: itself, or, of an image index, the first of its entries that is one. */
import {
  InvalidManifestError,
  LimitExceededError,
  NotFoundError,
  UnsupportedArtifactError,
} from '../../oras/errors/oci-error.js'
import { type Content, readContent } from '../../oras/oci/content.js'
import type { Descriptor } from '../../oras/oci/descriptor.js'
import { MANIFEST_LIMIT, type Manifest, parseManifestInTurns } from '../../oras/oci/manifest.js'
import { isManifest } from '../../oras/oci/media-types.js'
import { HELM_CONFIG_MEDIA_TYPE } from '../model/chart-media-types.js'
import { type ChartParts, findChart } from './find-chart.js'
import type { ReadContext } from '../model/read-context.js'
import { type EntrySummary, unsupportedArtifact, summarizeEntry } from './unsupported-artifact.js'

/** A chart's manifest, and where its parts are. */
export interface ChartManifest {
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  readonly parts: ChartParts
}

/** So many entries of an index are looked at: nobody has more variants of a chart. */
const MAX_ENTRIES = 50
/** And so many bytes of them. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads a manifest, and those below it until there is a chart.
 *
 * @param get Opens what an index refers to.
 * @throws {UnsupportedArtifactError} if there is no chart in it.
 * @throws {InvalidManifestError} if it is no manifest.
 */
export async function resolveChart(
  root: Content,
  get: (descriptor: Descriptor) => Content,
  context: ReadContext,
): Promise<ChartManifest> {
  const { signal, turns } = context
  const read = async (content: Content): Promise<Manifest> => {
    const { digest, size, mediaType } = content.descriptor
    if (size > MANIFEST_LIMIT) throw tooLarge(context, digest, size)
    const bytes = await readContent(content, { limit: MANIFEST_LIMIT, signal })
    try {
      return await parseManifestInTurns(bytes, mediaType, turns)
    } catch (cause) {
      if (!(cause instanceof InvalidManifestError || cause instanceof LimitExceededError)) throw cause
      const reason = cause.message.replace(/^Cannot read manifest: /, '')
      if (cause instanceof LimitExceededError) {
        const { limit, hint } = cause
        throw new LimitExceededError(`${context.attempt}: its manifest is too large: ${reason}`, { limit, cause, hint })
      }
      throw new InvalidManifestError(`${context.attempt}: its manifest is broken: ${reason}`, {
        cause,
        hint: cause.hint,
      })
    }
  }

  const top = await read(root)
  if (top.config) return { descriptor: root.descriptor, manifest: top, parts: findChart(top, context) }
  const queue = sortEntries(top).slice(0, MAX_ENTRIES)
  const others: EntrySummary[] = []
  let size = 0
  for (const descriptor of queue) {
    if (size > MAX_BYTES) break
    size += descriptor.size
    try {
      const manifest = await read(get(descriptor))
      others.push(summarizeEntry(manifest))
      if (manifest.config) return { descriptor, manifest, parts: findChart(manifest, context) }
      // What is added while the list is gone through has its turn, too.
      queue.push(...sortEntries(manifest).slice(0, MAX_ENTRIES - queue.length))
    } catch (error) {
      // Of many an index, only some of the entries were copied.
      if (!(error instanceof UnsupportedArtifactError || error instanceof NotFoundError)) throw error
    }
  }
  throw unsupportedArtifact(top, context.attempt, others)
}

function tooLarge({ attempt }: ReadContext, digest: string, size: number): LimitExceededError {
  return new LimitExceededError(`${attempt}: its manifest ${digest} has ${size} bytes, more than ${MANIFEST_LIMIT}`, {
    limit: MANIFEST_LIMIT,
    hint: 'No registry takes so large a manifest: ask whoever made the index that names it.',
  })
}

/** Those that say that they are charts come first. */
function sortEntries({ manifests }: Manifest): Descriptor[] {
  const isChart = (entry: Descriptor): boolean => entry.artifactType === HELM_CONFIG_MEDIA_TYPE
  const entries = manifests.filter(isManifest)
  return [...entries.filter(isChart), ...entries.filter((entry) => !isChart(entry))]
}
