/** What a chart in a registry says about itself, read without its files wherever that is possible. */
import { readContent } from '../oci/content.js'
import { assembleParts, type FoundChart } from './assemble-chart.js'
import type { ChartMetadata } from './metadata.js'
import { parseMetadata } from './parse-metadata.js'
import type { Reading } from './reading.js'
import { layerNames, manifestNames } from './split-names.js'

/**
 * Reads the metadata of a chart: from the one content that holds them, or, where none does, from all.
 *
 * @throws as `assembleChart` does.
 */
export async function readArtifactMetadata(found: FoundChart, reading: Reading): Promise<ChartMetadata> {
  const { manifest, parts, get } = found
  const { format, content, metadata } = parts
  const own = format === 'split' ? layerNames(content) : {}
  const other = format === 'split' ? manifestNames(manifest.annotations) : {}
  const isNamed = (own.name ?? other.name) !== undefined && (own.version ?? other.version) !== undefined
  if (metadata && (format === 'helm' || isNamed)) {
    const json = await readContent(get(metadata), { limit: metadata.size, signal: reading.signal })
    return parseMetadata(json, { own, other }, reading)
  }
  return (await assembleParts(found, reading)).metadata
}
