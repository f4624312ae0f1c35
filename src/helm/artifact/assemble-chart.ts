/** Makes a chart from the contents of an artifact, in every layout that was ever written: reverses `layerizeChart`. */
import { NotFoundError } from '../../oras/errors/oci-error.js'
import { aBoolean, anAbortSignal, aString, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import { expectIterable, isObject, wrongArgument } from '../../oras/errors/wrong-argument.js'
import { checkedContent, type Content, describeContent, expectContent, readContent } from '../../oras/oci/content.js'
import { slices } from '../../oras/oci/byte-stream.js'
import type { Descriptor } from '../../oras/oci/descriptor.js'
import { digestAlgorithm } from '../../oras/oci/digest.js'
import type { Manifest } from '../../oras/oci/manifest.js'
import { readArchive } from '../folder/read-archive.js'
import { uniqueFiles } from '../folder/unique-files.js'
import { loadFiles } from '../load/load-files.js'
import { formatChartYaml, formatMetadata } from '../metadata/format-metadata.js'
import { type Names, parseConfig, parseMetadata } from '../metadata/parse-metadata.js'
import { parseFile } from '../metadata/parse-file.js'
import { validateMetadata } from '../metadata/validate-metadata.js'
import type { Chart, ChartFile } from '../model/chart.js'
import { type ChartLimits, checkLimits } from '../model/chart-limits.js'
import { HELM_CHART_MEDIA_TYPE, HELM_PROVENANCE_MEDIA_TYPE } from '../model/chart-media-types.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import { type ReadContext, invalidChart, createReadContext } from '../model/read-context.js'
import { checkAgreement } from './check-agreement.js'
import { type ChartParts, findChart } from './find-chart.js'
import { describeLayout, layerNames, manifestNames, NO_NAME, readContentLayer } from './read-content-layer.js'

/** How to assemble a chart. */
export interface AssembleChartOptions {
  /**
   * Whether the artifact and the Chart.yaml in it must agree on name and version.
   *
   * @default true
   */
  readonly strict?: boolean | undefined
  /** How large the chart may be. */
  readonly limits?: ChartLimits | undefined
  /**
   * The name of the chart in error messages, a reference for example.
   *
   * @default no name
   */
  readonly source?: string | undefined
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined
}

function assembleChecks(): OptionChecks<AssembleChartOptions> {
  return {
    strict: aBoolean,
    limits: checkLimits,
    source: aString,
    signal: anAbortSignal,
  }
}

/**
 * Makes a chart from a manifest and its contents, in any format. Only the contents that belong to the chart are opened,
 * one after the other.
 *
 * @param contents The config and the layers, in any order; those of a `Repository` are fetched when they are needed.
 * @throws {UnsupportedArtifactError} if the manifest does not describe one chart.
 * @throws {NotFoundError} if a content is missing.
 * @throws {ContentMismatchError} if bytes do not match their descriptor, or if the artifact and its Chart.yaml have
 * different names or versions and `strict` is not `false`.
 * @throws {InvalidChartError} if Helm would not load the chart.
 * @throws {InvalidArchiveError} if an archive is damaged, or has links or unsafe names.
 * @throws {LimitExceededError} if the chart exceeds `limits`.
 * @example
 * ```ts
 * import { assembleChart, layerizeChart, readChart } from 'oras-helm'
 *
 * const { config, layers, annotations } = await layerizeChart(await readChart('examples/mychart'), { format: 'split' })
 * const manifest = { config: config.descriptor, layers: layers.map((layer) => layer.descriptor), manifests: [], annotations }
 * const chart = await assembleChart(manifest, [config, ...layers])
 * console.log(chart.metadata.name, chart.metadata.version)
 * ```
 */
export async function assembleChart(
  manifest: Manifest,
  contents: Iterable<Content>,
  options: AssembleChartOptions = {},
): Promise<Chart> {
  const isManifest = isObject(manifest) && Array.isArray(manifest['layers']) && isObject(manifest['annotations'])
  if (!isManifest) throw wrongArgument('the argument manifest', 'a Manifest, as parseManifest() gives it', manifest)
  expectIterable('contents', 'a list of contents', contents)
  const { strict = true, limits, source = '', signal } = readOptions(options, assembleChecks())
  const context = createReadContext(source, { limits, signal })
  const parts = findChart(manifest, context)
  const byDigest = new Map<string, Content>()
  for (const content of contents) {
    expectContent(content, 'contents')
    byDigest.set(content.descriptor.digest, content)
  }
  const get = ({ digest }: Descriptor): Content => {
    const found = byDigest.get(digest)
    if (found) return found
    throw new NotFoundError(`${context.attempt}: its content ${digest} is missing`, {
      hint: 'Give all contents that the manifest names: its config and its layers.',
    })
  }
  return assembleParts({ manifest, parts, get, strict }, context)
}

/** A chart whose parts were found in its manifest, but not read yet. */
export interface FoundChart {
  /** The manifest of the chart. */
  readonly manifest: Manifest
  /** Its parts, by their descriptors. */
  readonly parts: ChartParts
  /** Gives the content of a part; its bytes are checked while they are read, or were checked before in the same call. */
  readonly get: (descriptor: Descriptor) => Content
  /** Whether the artifact and its Chart.yaml must agree. */
  readonly strict: boolean
}

/** Gives the parts that must be read. Helm's config is read only with `strict`, to check the archive against it. */
export function neededParts({ parts, strict }: Pick<FoundChart, 'parts' | 'strict'>): ChartParts {
  if (strict || parts.format === 'split') return parts
  const { metadata: _, ...others } = parts
  return others
}

/** Makes a chart from the parts that were found in its manifest. */
export async function assembleParts(found: FoundChart, context: ReadContext): Promise<Chart> {
  const assemble = found.parts.format === 'split' ? assembleSplitChart : assembleHelmChart
  return assemble({ ...found, parts: neededParts(found) }, context, (part) => {
    return readContent(found.get(part), { limit: part.size, signal: context.signal })
  })
}

type ReadPart = (part: Descriptor) => Promise<Uint8Array>

async function assembleHelmChart(found: FoundChart, context: ReadContext, read: ReadPart): Promise<Chart> {
  const { content, metadata, provenance } = found.parts
  const config = metadata && (await parseConfig(await read(metadata), context))
  const signature =
    provenance && (await keepPart(provenance, HELM_PROVENANCE_MEDIA_TYPE, await read(provenance), context))
  const bytes = await read(content)
  const chart = await loadFiles(await readArchive(bytes, context), context)
  if (config) checkAgreement(config, chart.metadata, context)
  const archive = await keepPart(content, HELM_CHART_MEDIA_TYPE, bytes, context)
  return { ...chart, archive, ...(signature && { provenance: signature }) }
}

/** Makes a content from the bytes of a part, which were just read and checked. */
async function keepPart(
  { digest, size }: Descriptor,
  mediaType: string,
  bytes: Uint8Array,
  { signal }: ReadContext,
): Promise<Content> {
  // The contents of a chart always have a sha256 digest; the artifact may use another algorithm.
  if (digestAlgorithm(digest) !== 'sha256') return describeContent(() => slices(bytes), { mediaType, signal })
  return checkedContent({ mediaType, digest, size }, () => slices(bytes))
}

/**
 * Makes a chart from the two layers of the split format. Chart.yaml is written from the metadata layer, if there is one.
 * Name and version come from the layers, or else from a Chart.yaml in the content layer, or else from the manifest.
 */
async function assembleSplitChart(found: FoundChart, context: ReadContext, read: ReadPart): Promise<Chart> {
  const { manifest, parts, strict } = found
  const { content, metadata: layer } = parts
  const json = layer && (await read(layer))
  const bytes = await read(content)
  const layout = await describeLayout(manifest, parts, context, json)
  const files = await readContentLayer(slices(bytes), layout, context)
  // Before the Chart.yaml is read: two different ones are refused.
  await uniqueFiles(files, context)
  const inside = await readInside(files, context)
  if (json === undefined) {
    if (!inside) {
      throw invalidChart(context, 'it has neither a metadata layer nor a Chart.yaml', {
        file: 'Chart.yaml',
        hint: 'Push the chart again from its folder: nothing in the artifact says what the chart is.',
      })
    }
    const { name = inside.name, version = inside.version } = layerNames(content)
    if (strict) checkAgreement({ name, version }, inside, context)
    return loadFiles(files, context)
  }

  const other: Names = inside ?? manifestNames(manifest.annotations)
  const metadata = await parseMetadata(json, { own: layerNames(content), other }, context)
  if (inside && strict) checkAgreement(metadata, inside, context)
  // The Chart.yaml in the layer says the same: it is kept, with its comments.
  if (inside && formatMetadata(inside) === formatMetadata(metadata)) return loadFiles(files, context)
  const hasRequirements = files.some(({ path }) => path === 'requirements.yaml')
  const chartYaml = { path: 'Chart.yaml', bytes: Buffer.from(formatChartYaml(metadata, hasRequirements)) }
  return loadFiles([chartYaml, ...files.filter(({ path }) => path !== 'Chart.yaml')], context)
}

/** Reads the Chart.yaml among the files, unless it is the placeholder that the ORAS Helm demo wrote. */
async function readInside(files: readonly ChartFile[], context: ReadContext): Promise<ChartMetadata | undefined> {
  const file = files.find(({ path }) => path === 'Chart.yaml')
  if (!file) return undefined
  const { partial } = await parseFile(file.path, { kind: 'metadata', bytes: file.bytes, partial: {} }, context)
  partial.apiVersion ||= 'v1'
  return partial.name === NO_NAME ? undefined : validateMetadata(partial, context)
}
