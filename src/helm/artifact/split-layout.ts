/** What is known of a split chart before its content is read: its name and version, and whether it is one of ours. */
import type { Annotations, Descriptor } from '../../oras/oci/descriptor.js'
import type { Manifest } from '../../oras/oci/manifest.js'
import { SPLIT_METADATA_MEDIA_TYPE } from '../model/chart-media-types.js'
import type { ChartParts } from './find-chart.js'
import type { Names } from '../metadata/parse-metadata.js'

/** What decides about the root folder in a content layer. */
export interface SplitLayout {
  /** Whether the layer is as this library writes it: without a root folder, whatever its folders are called. */
  readonly isRootless: boolean
  /** What the chart is called, which its root folder may be called, too. */
  readonly name: string | undefined
}

/** What the content layer says. Helm called its own trial of the layout by other keys. */
export function layerNames({ annotations = {} }: Descriptor): Names {
  const name = annotations['chart.name'] ?? annotations['sh.helm.chart.name']
  const version = annotations['chart.version'] ?? annotations['sh.helm.chart.version']
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) }
}

/** What the manifest says. */
export function manifestNames(annotations: Annotations): Names {
  return { name: annotations[TITLE], version: annotations['org.opencontainers.image.version'] }
}

/**
 * Describes the layout.
 *
 * @param json The metadata layer, if it was read.
 */
export function describeLayout(manifest: Manifest, { content, metadata }: ChartParts, json?: Uint8Array): SplitLayout {
  const [own, other] = [layerNames(content), manifestNames(manifest.annotations)]
  const isOurs =
    content.annotations?.[TITLE] === 'content.tar' &&
    metadata?.mediaType === SPLIT_METADATA_MEDIA_TYPE &&
    metadata.annotations?.[TITLE] === 'meta.json' &&
    own.name !== undefined &&
    own.name === other.name &&
    own.version === other.version
  return { isRootless: isOurs, name: own.name ?? nameIn(json) ?? other.name }
}

const TITLE = 'org.opencontainers.image.title'

/** The name in the metadata, of which nothing else matters here. */
function nameIn(json: Uint8Array | undefined): string | undefined {
  if (!json) return undefined
  try {
    const { name } = JSON.parse(Buffer.from(json).toString()) as { readonly name?: unknown }
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined
  }
}
