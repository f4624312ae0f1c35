/** Finds the chart that a manifest describes: the manifest itself, or the first entry of an index that is a chart. */
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

/** The manifest of a chart, and the descriptors of its parts. */
export interface ChartManifest {
  /** The descriptor of the manifest. */
  readonly descriptor: Descriptor
  /** The manifest of the chart. */
  readonly manifest: Manifest
  /** Its parts, by their descriptors. */
  readonly parts: ChartParts
}

/** How many entries of an index are read: a chart has no more variants. */
const MAX_ENTRIES = 50
/** How many bytes of such entries are read. */
const MAX_BYTES = 16 * 1024 * 1024

/**
 * Reads a manifest and, if it is an index, the manifests in it, until one is a chart.
 *
 * @param get Gives the content of an entry of an index.
 * @throws {UnsupportedArtifactError} if there is no chart.
 * @throws {InvalidManifestError} if a manifest is invalid.
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
      throw new InvalidManifestError(`${context.attempt}: its manifest is invalid: ${reason}`, {
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
      // The loop also visits entries that are added here.
      queue.push(...sortEntries(manifest).slice(0, MAX_ENTRIES - queue.length))
    } catch (error) {
      // Often only some entries of an index were copied, so a missing one is skipped.
      if (!(error instanceof UnsupportedArtifactError || error instanceof NotFoundError)) throw error
    }
  }
  throw unsupportedArtifact(top, context.attempt, others)
}

function tooLarge({ attempt }: ReadContext, digest: string, size: number): LimitExceededError {
  return new LimitExceededError(`${attempt}: its manifest ${digest} has ${size} bytes, more than ${MANIFEST_LIMIT}`, {
    limit: MANIFEST_LIMIT,
    hint: 'No option raises this limit, which is that of many registries. Check the index that lists this manifest.',
  })
}

/** Sorts the entries of an index: those whose artifact type is a chart come first. */
function sortEntries({ manifests }: Manifest): Descriptor[] {
  const isChart = (entry: Descriptor): boolean => entry.artifactType === HELM_CONFIG_MEDIA_TYPE
  const entries = manifests.filter(isManifest)
  return [...entries.filter(isChart), ...entries.filter((entry) => !isChart(entry))]
}
