/** The parts of a chart in a manifest, whoever wrote it: found by their media types, never by their position. */
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import type { Descriptor } from '../../oras/oci/descriptor.js'
import type { Manifest } from '../../oras/oci/manifest.js'
import {
  HELM_CHART_MEDIA_TYPE,
  HELM_CONFIG_MEDIA_TYPE,
  HELM_PROVENANCE_MEDIA_TYPE,
  LEGACY_CHART_MEDIA_TYPE,
  SPLIT_CONTENT_MEDIA_TYPES,
  SPLIT_METADATA_MEDIA_TYPES,
} from '../model/chart-media-types.js'
import type { ChartFormat } from './layerize-chart.js'
import type { ReadContext } from '../model/read-context.js'
import { unsupportedArtifact, ambiguousArtifact } from './unsupported-artifact.js'

/** Which of a manifest's descriptors are what of a chart. */
export interface ChartParts {
  readonly format: ChartFormat
  /** The files: a `.tgz`, or the content layer of a split chart. */
  readonly content: Descriptor
  /** The metadata as JSON: Helm's config, or the metadata layer of a split chart; some artifacts have none. */
  readonly metadata?: Descriptor
  /** The signature of the `.tgz`. */
  readonly provenance?: Descriptor
}

/**
 * Finds the parts of a chart; layers that are none of them are passed over.
 *
 * @throws {UnsupportedArtifactError} if there is no chart in it, or more than one.
 * @throws {LimitExceededError} if a part is larger than the limits of the reading.
 */
export function findChart(manifest: Manifest, context: ReadContext): ChartParts {
  const parts = findParts(manifest, context)
  const { chartBytes, fileBytes } = context.budget.limits
  checkSize(parts.content, chartBytes, context)
  if (parts.metadata) checkSize(parts.metadata, fileBytes, context)
  if (parts.provenance) checkSize(parts.provenance, fileBytes, context)
  return parts
}

function findParts(manifest: Manifest, { attempt }: ReadContext): ChartParts {
  const { config, layers } = manifest
  const hasHelmConfig = config?.mediaType === HELM_CONFIG_MEDIA_TYPE
  const find = (what: string, mediaTypes: readonly string[], candidates = layers): Descriptor | undefined => {
    const found = candidates.filter(({ mediaType }) => mediaTypes.includes(mediaType))
    // Helm takes one of several, and which one depends on which comes last over the wire.
    if (new Set(found.map(({ digest }) => digest)).size > 1) throw ambiguousArtifact(manifest, what, attempt)
    return found[0]
  }

  const archive = find('charts', [HELM_CHART_MEDIA_TYPE, ...(hasHelmConfig ? [LEGACY_CHART_MEDIA_TYPE] : [])])
  if (archive) {
    const provenance = find('provenances', [HELM_PROVENANCE_MEDIA_TYPE])
    return {
      format: 'helm',
      content: archive,
      ...(hasHelmConfig && { metadata: config }),
      ...(provenance && { provenance }),
    }
  }
  const content = find('charts', SPLIT_CONTENT_MEDIA_TYPES)
  if (!content) throw unsupportedArtifact(manifest, attempt)
  const metadata = find('metadata', SPLIT_METADATA_MEDIA_TYPES, config ? [config, ...layers] : layers)
  return { format: 'split', content, ...(metadata && { metadata }) }
}

function checkSize({ mediaType, size }: Descriptor, limit: number, { attempt }: ReadContext): void {
  if (size <= limit) return
  throw new LimitExceededError(`${attempt}: its part ${mediaType} has ${size} bytes, more than the limit of ${limit}`, {
    limit,
    hint: 'Helm loads no larger chart. Raise limits.chartBytes, or limits.fileBytes for metadata and provenance, if only you read it.',
  })
}
