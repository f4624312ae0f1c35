/** Reads the metadata of a chart in a registry, without its files if possible. */
import { InvalidChartError } from '../model/invalid-chart-error.js'
import { readContent } from '../../oras/oci/content.js'
import { assembleParts, type FoundChart } from './assemble-chart.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import { parseConfig, parseMetadata } from '../metadata/parse-metadata.js'
import type { ReadContext } from '../model/read-context.js'
import { layerNames, manifestNames } from './read-content-layer.js'

/**
 * Reads the metadata of a chart from its config or metadata layer, or, if that is not enough, from the whole chart.
 *
 * @throws as `assembleChart` does.
 */
export async function readArtifactMetadata(found: FoundChart, context: ReadContext): Promise<ChartMetadata> {
  const { manifest, parts, get, strict } = found
  const { format, content, metadata } = parts
  const own = layerNames(content)
  const other = manifestNames(manifest.annotations)
  const isNamed = (own.name ?? other.name) !== undefined && (own.version ?? other.version) !== undefined
  if (metadata && (format === 'helm' || isNamed)) {
    const json = await readContent(get(metadata), { limit: metadata.size, signal: context.signal })
    try {
      return await (format === 'helm' ? parseConfig(json, context) : parseMetadata(json, { own, other }, context))
    } catch (error) {
      // Helm does not read the config, so without `strict` an invalid one is ignored.
      if (strict || format === 'split' || !(error instanceof InvalidChartError)) throw error
    }
  }
  return (await assembleParts(found, context)).metadata
}
