/** Turns a chart into the contents of an artifact, in one of the two formats. */
import { bytesContent, type Content } from '../../oras/oci/content.js'
import type { Annotations } from '../../oras/oci/descriptor.js'
import { IMAGE_CONFIG_MEDIA_TYPE } from '../../oras/oci/media-types.js'
import {
  annotationTexts,
  anAbortSignal,
  oneOf,
  type OptionCheck,
  type OptionChecks,
  readOptions,
} from '../../oras/errors/read-options.js'
import { quote } from '../../oras/errors/escape-message.js'
import { wrongArgument } from '../../oras/errors/wrong-argument.js'
import type { Chart } from '../model/chart.js'
import { expectChart } from '../model/expect-chart.js'
import { HELM_CONFIG_MEDIA_TYPE, SPLIT_METADATA_MEDIA_TYPE } from '../model/chart-media-types.js'
import { formatMetadata } from '../metadata/format-metadata.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import { packChart, packContent } from '../load/pack-chart.js'

/**
 * The format of a chart in a registry. `helm` is what Helm, Flux and Argo CD read. `split` has the metadata in a layer of
 * its own, so that a registry stores the same content once for many names and versions; Helm cannot read it.
 */
export type ChartFormat = 'helm' | 'split'

/** The contents of a chart; `buildManifest` accepts them as they are. */
export interface ChartLayers {
  /** The format of the contents. */
  readonly format: ChartFormat
  /** The config: Helm's metadata, or `{}` in the split format. */
  readonly config: Content
  /** The layers in the order of the manifest. */
  readonly layers: readonly Content[]
  /** The annotations of the manifest. */
  readonly annotations: Annotations
}

/** How to layerize a chart. */
export interface LayerizeChartOptions {
  /** The format of the contents. */
  readonly format: ChartFormat
  /**
   * The value of the annotation `org.opencontainers.image.created`: a time as RFC 3339 has it, written as it is.
   *
   * @default no annotation, so that the same chart always has the same digest
   */
  readonly created?: string | undefined
  /** Further annotations of the manifest; they replace those from the chart, except title and version. */
  readonly annotations?: Annotations | undefined
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined
}

/** The check of the option format, also of a push. */
export const checkFormat: OptionCheck = (value, what) => oneOf('helm', 'split')(value, what)

/** What the option created must be, as messages have it. */
export const A_TIME = 'a time of RFC 3339 such as "2026-01-02T03:04:05Z"'

/**
 * Checks the option created, also of a push.
 *
 * @param expected What is expected there.
 * @throws {TypeError} that shows the value.
 */
export function checkTime(value: unknown, what: string, expected: string = A_TIME): void {
  if (typeof value !== 'string') throw wrongArgument(what, expected, value)
  if (!isTime(value)) throw new TypeError(`${what} must be ${expected}, not ${quote(value.slice(0, MAX_SHOWN))}`)
}

const MAX_SHOWN = 40

/** Tells whether a text is a time by RFC 3339, with the capital letters that Go demands. */
function isTime(text: string): boolean {
  const [, date = ''] =
    /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[-+](?:[01]\d|2[0-3]):[0-5]\d)$/.exec(text) ??
    []
  // JavaScript's Date takes the 30th of February for a day in March.
  const day = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(date)
}

function layerizeChecks(): OptionChecks<LayerizeChartOptions> {
  return {
    format: checkFormat,
    created: (value, what) => checkTime(value, what),
    annotations: annotationTexts,
    signal: anAbortSignal,
  }
}

/**
 * Turns a chart into the contents of an artifact. The same chart always gives the same digests.
 *
 * @throws {InvalidChartError} if the chart cannot be packed.
 * @example
 * ```ts
 * import { buildManifest, layerizeChart, readChart } from 'oras-helm'
 *
 * const layers = await layerizeChart(await readChart('examples/mychart'), { format: 'split' })
 * console.log(buildManifest(layers).descriptor.digest)
 * ```
 */
export async function layerizeChart(chart: Chart, options: LayerizeChartOptions): Promise<ChartLayers> {
  expectChart(chart)
  const { format, created, annotations, signal } = readOptions(options, layerizeChecks())
  checkFormat(format, 'the option format')
  const layerize = format === 'helm' ? layerizeForHelm : layerizeSplit
  const { own, ...parts } = await layerize(chart, created, signal)
  // Title and version always come from the chart.
  const { [TITLE]: title, [VERSION]: version } = own
  const fixed = { ...(title !== undefined && { [TITLE]: title }), ...(version !== undefined && { [VERSION]: version }) }
  return { format, ...parts, annotations: { ...own, ...annotations, ...fixed } }
}

interface Parts {
  readonly config: Content
  readonly layers: readonly Content[]
  /** The annotations that come from the chart. */
  readonly own: Annotations
}

async function layerizeForHelm(chart: Chart, created: string | undefined, signal?: AbortSignal): Promise<Parts> {
  const archive = await packChart(chart, { signal })
  // The order has no meaning, but it changes the manifest's digest: Helm sorts the layers by their digests.
  const layers = [archive, ...(chart.provenance ? [chart.provenance] : [])].toSorted((a, b) =>
    a.descriptor.digest < b.descriptor.digest ? -1 : 1,
  )
  const config = jsonContent(formatMetadata(chart.metadata), { mediaType: HELM_CONFIG_MEDIA_TYPE })
  return { config, layers, own: helmAnnotations(chart.metadata, created) }
}

async function layerizeSplit(chart: Chart, created: string | undefined, signal?: AbortSignal): Promise<Parts> {
  const { name, version } = chart.metadata
  const metadata = jsonContent(formatMetadata({ ...chart.metadata, name: '', version: '' }), {
    mediaType: SPLIT_METADATA_MEDIA_TYPE,
    annotations: { [TITLE]: 'meta.json' },
  })
  const content = await packContent(chart, {
    annotations: { 'chart.name': name, 'chart.version': version, [TITLE]: 'content.tar' },
    signal,
  })
  const config = jsonContent('{}', { mediaType: IMAGE_CONFIG_MEDIA_TYPE })
  const own = { [TITLE]: name, [VERSION]: version, ...(created !== undefined && { [CREATED]: created }) }
  return { config, layers: [metadata, content], own }
}

const PREFIX = 'org.opencontainers.image.'
const TITLE = `${PREFIX}title`
const VERSION = `${PREFIX}version`
const CREATED = `${PREFIX}created`

/** Makes annotations as Helm's generateOCIAnnotations does: from the metadata, replaced by the chart's own annotations. */
function helmAnnotations(metadata: ChartMetadata, created: string | undefined): Annotations {
  const generated = [
    [`${PREFIX}description`, metadata.description],
    [TITLE, metadata.name],
    [VERSION, metadata.version],
    [`${PREFIX}url`, metadata.home],
    [CREATED, created],
    [`${PREFIX}source`, metadata.sources?.[0]],
    [`${PREFIX}authors`, metadata.maintainers?.map(formatAuthor).join(', ')],
  ] as const
  const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => key !== TITLE && key !== VERSION)
  return Object.fromEntries([...generated.filter(([, value]) => value?.trim()), ...own]) as Annotations
}

function formatAuthor({ name = '', email = '' }: { readonly name?: string; readonly email?: string }): string {
  return email === '' ? name : `${name} (${email})`
}

function jsonContent(json: string, options: { mediaType: string; annotations?: Annotations }): Content {
  return bytesContent(Buffer.from(json), options)
}
