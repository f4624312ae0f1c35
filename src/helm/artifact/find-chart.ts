/** Finds the parts of a chart in a manifest by their media types, never by their position. */
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

/** The parts of a chart: descriptors from its manifest. */
export interface ChartParts {
  /** The format of the artifact. */
  readonly format: ChartFormat
  /** The files: a `.tgz`, or the content layer of a split chart. */
  readonly content: Descriptor
  /** The metadata as JSON: Helm's config, or the metadata layer of a split chart; absent in some artifacts. */
  readonly metadata?: Descriptor
  /** The provenance of the `.tgz`. */
  readonly provenance?: Descriptor
}

/**
 * Finds the parts of a chart in a manifest, and ignores other layers.
 *
 * @throws {UnsupportedArtifactError} if the manifest has no chart, or more than one.
 * @throws {LimitExceededError} if a part exceeds the limits.
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
    // If there are several, the one that Helm takes depends on the order in which the downloads end.
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
  throw new LimitExceededError(
    `${attempt}: its content ${mediaType} has ${size} bytes, more than the limit of ${limit}`,
    {
      limit,
      hint: 'Raise limits.chartBytes, or limits.fileBytes for metadata and provenance. Helm loads no chart of 100 MiB or more.',
    },
  )
}
