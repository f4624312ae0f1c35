/** The facade of a push: chart in, artifact in a registry out. It holds nothing that the public parts do not do. */
import type { Chart } from './model/chart.js'
import { chartDestination, parseDestination } from './artifact/chart-destination.js'
import { warnOfDestination } from './artifact/warn-of-destination.js'
import { chartConnection } from './chart-connection.js'
import { checkChart } from './load/check-chart.js'
import { type MissingDependency, missingDependencies } from './dependencies/missing-dependencies.js'
import { A_TIME, type ChartFormat, checkFormat, checkTime, layerizeChart } from './artifact/layerize-chart.js'
import { type ChartLimits, checkLimits } from './model/chart-limits.js'
import { MAX_RANGE } from './version/version-range.js'
import { overrideChecks, overrideChart } from './load/override-chart.js'
import { checkProvenance, expectChartSource, readChart } from './load/read-chart.js'
import { ContentMismatchError } from '../oras/errors/oci-error.js'
import {
  aBoolean,
  aFunction,
  anAbortSignal,
  annotationTexts,
  oneOf,
  type OptionChecks,
  readOptions,
  strings,
  wholeNumber,
} from '../oras/errors/read-options.js'
import { isBytes, isObject } from '../oras/errors/wrong-argument.js'
import { InvalidChartError } from './model/invalid-chart-error.js'
import type { OciEvent } from '../oras/events.js'
import { warn } from '../oras/warn.js'
import type { Annotations, Descriptor } from '../oras/oci/descriptor.js'
import type { Digest } from '../oras/oci/digest.js'
import { buildManifest } from '../oras/oci/manifest.js'
import { expectReference, formatReference, parseRepository, parseTag, type Reference } from '../oras/oci/reference.js'
import { connectionChecks, type ConnectionOptions } from '../oras/registry/connection/connection-options.js'
import { Repository } from '../oras/registry/repository.js'
import { isLoopback } from '../oras/registry/connection/url-policy.js'
import { contentSource } from '../oras/store/content-source.js'
import { copy } from '../oras/graph/copy.js'

/** How to push a chart. */
export interface PushChartOptions extends ConnectionOptions {
  /**
   * `helm` is what Helm, Flux and Argo CD read; `split` stores the same content once for many names and versions.
   *
   * @default `helm` for an `oci://` reference, `split` for a plain one
   */
  readonly format?: ChartFormat | undefined
  /** Another version for the chart, as `helm package --version`. Not for a `.tgz`, which is never repacked. */
  readonly version?: string | undefined
  /** Another appVersion for the chart, as `helm package --app-version`. Not for a `.tgz`. */
  readonly appVersion?: string | undefined
  /**
   * The annotation `org.opencontainers.image.created`: a time as RFC 3339 has it is written as it is, a Date in UTC to the
   * second.
   *
   * @default none, so that the same chart has the same digest tomorrow
   */
  readonly created?: string | Date | undefined
  /** More annotations for the manifest; they replace all that come from the chart but title and version. */
  readonly annotations?: Annotations | undefined
  /**
   * The provenance of a `.tgz`: a path or bytes; `false` for none.
   *
   * @default the file `<chart>.prov`, if it exists
   */
  readonly provenance?: string | Uint8Array | false | undefined
  /**
   * More tags for what is pushed. They are moved if they exist, whatever `ifExists` says.
   *
   * @default none
   */
  readonly tags?: readonly string[] | undefined
  /**
   * Whether an `oci://` reference with a tag must match the chart's name and version.
   *
   * @default `true`, as Helm
   */
  readonly strict?: boolean | undefined
  /** Other repositories of the registry that may hold the same content already, so that it need not be sent. */
  readonly mountFrom?: readonly string[] | undefined
  /**
   * What to do if the tag points to another manifest: replace the tag, push nothing, or fail. A tag that another client
   * sets after the last check is replaced, because registries have no conditional put.
   *
   * @default `'overwrite'`
   */
  readonly ifExists?: 'overwrite' | 'skip' | 'error' | undefined
  /**
   * What to do if a declared dependency is not in `charts/`, in a version that fits.
   *
   * @default `'error'`, as Helm
   */
  readonly missingDependencies?: 'error' | 'warn' | undefined
  /**
   * How large a chart may be.
   *
   * @default Helm's limits
   */
  readonly limits?: ChartLimits | undefined
  /**
   * `true` to do everything but open a connection: the result says what would be pushed.
   *
   * @default false
   */
  readonly dryRun?: boolean | undefined
  /**
   * How many blobs move at once.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /** Called with progress, stored and reused contents, tags, warnings, requests and retries. */
  readonly onEvent?: ((event: OciEvent) => void) | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** The result of a push. */
export interface PushChartResult {
  /** Where the chart is: registry, repository and tag, as text. */
  readonly reference: string
  /** Of the chart's manifest; with the status `skipped`, of the one that would have been pushed. */
  readonly digest: Digest
  /** With the status `skipped` alone: the digest of the manifest that the tag stands for, and keeps. */
  readonly existing?: Digest
  /** In bytes: manifest, config and layers together. */
  readonly size: number
  /**
   * `pushed`: it was not there under this tag. `unchanged`: it was, and at most other `tags` were written. `skipped`:
   * something else was, and `ifExists` is `skip`. `planned`: a dry run.
   */
  readonly status: 'pushed' | 'unchanged' | 'skipped' | 'planned'
  /** How the chart is kept in the registry. */
  readonly format: ChartFormat
  /** Name and version of the chart, after the options `version` and `appVersion`. */
  readonly chart: {
    /** The name in Chart.yaml. */
    readonly name: string
    /** The version, with `+` as it is in Chart.yaml. */
    readonly version: string
  }
  /** The descriptor of the chart's manifest. */
  readonly manifest: Descriptor
  /** The descriptor of its config. */
  readonly config: Descriptor
  /** The descriptors of its layers, in the order of the manifest. */
  readonly layers: readonly Descriptor[]
  /** What was sent to the registry. */
  readonly uploaded: readonly Descriptor[]
  /** What the registry had already, or mounted. */
  readonly reused: readonly Descriptor[]
}

/**
 * Pushes a Helm chart to a registry. Bad input is refused before anything is sent; a push that fails or is cancelled
 * before its manifest goes out leaves no tag, no manifest and no upload session ({@link copy} says more). With more
 * `tags`, those that were written before a failure stay.
 *
 * @param chart A folder, a `.tgz`, the bytes of one, or a chart in memory. A `.tgz` is never repacked.
 * @param reference Where to. An `oci://` URL is Helm's address and gets what `helm push` makes; without a tag it is the
 * parent folder, and name and version are appended; a `/` too many is left out, as by Helm. A plain reference is an ORAS address and gets two layers that Helm
 * does not read, exactly there; without a tag it gets the chart's version.
 * @throws {OciError} with a code of docs/errors.md.
 * @throws {TypeError} if an argument or an option is wrong; nothing was done.
 * @example
 * ```ts
 * import { pushChart } from 'oras-helm'
 *
 * await pushChart('mychart', 'oci://localhost:5000/charts') // for Helm, at localhost:5000/charts/mychart:<version>
 * await pushChart('mychart', 'localhost:5000/mychart:latest') // two layers: metadata and content
 * ```
 */
export async function pushChart(
  chart: string | Uint8Array | Chart,
  reference: string,
  options: PushChartOptions = {},
): Promise<PushChartResult> {
  const isChart = isInMemory(chart)
  if (!isChart) expectChartSource('chart', CHART, chart)
  expectReference(reference)
  const { connection, overrides, strict, tags, mountFrom, ifExists, dryRun, ...settings } = readSettings(options)
  const { limits, provenance, created, annotations, concurrency, onEvent, signal } = settings
  const given = parseDestination(reference)
  if (isChart) await checkChart(chart, { limits, signal })
  const versioned = overrideChart(isChart ? chart : await readChart(chart, { limits, provenance, signal }), overrides)
  const missing = checkDependencies(versioned, settings.missingDependencies)
  const { name, version } = versioned.metadata
  const destination = chartDestination(given, versioned.metadata, { strict })
  checkNames(destination, tags, mountFrom)
  for (const message of versioned.warnings) warn(onEvent, 'WARN_CHART', `Chart ${name}: ${message}`)
  for (const message of missing) warn(onEvent, 'WARN_MISSING_DEPENDENCIES', message)
  const push = { format: settings.format, isLocal: isLoopback(new URL(`http://${given.registry}`).hostname) }
  for (const [code, message] of warnOfDestination(given, versioned.metadata, push)) warn(onEvent, code, message)

  const format = settings.format ?? (given.scheme === 'oci' ? 'helm' : 'split')
  const { config, layers, ...parts } = await layerizeChart(versioned, { format, created, annotations, signal })
  const manifest = buildManifest({ config, layers, annotations: parts.annotations })
  const contents = [manifest, config, ...layers]
  const { digest } = manifest.descriptor
  checkDigest(destination, digest)

  const plan = {
    reference: formatReference(destination),
    digest,
    size: contents.reduce((sum, content) => sum + content.descriptor.size, 0),
    format,
    chart: { name, version },
    manifest: manifest.descriptor,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
  }
  const repository = new Repository(destination, { ...connection, access: 'push' })
  if (dryRun) return { ...plan, status: 'planned', uploaded: [], reused: [] }

  const allTags = new Set([...(destination.tag === undefined ? [] : [destination.tag]), ...tags])
  const { status, existing, stored, reused } = await copy(contentSource(contents), manifest.descriptor, repository, {
    tags: [...allTags],
    ifExists,
    mountFrom,
    concurrency,
    onEvent,
    signal,
  })
  const kept = existing && { existing: existing.digest }
  return { ...plan, ...kept, status: status === 'copied' ? 'pushed' : status, uploaded: stored, reused }
}

const CHART = 'the path of a folder or of a .tgz, the bytes of a .tgz, or a Chart'

/** Tells a chart in memory from a path and from bytes. */
function isInMemory(chart: string | Uint8Array | Chart): chart is Chart {
  return isObject(chart) && !isBytes(chart) && 'metadata' in chart
}

function pushChecks(): OptionChecks<PushChartOptions> {
  return {
    ...connectionChecks(),
    ...overrideChecks(),
    format: checkFormat,
    created: (value, what) =>
      checkTime(value instanceof Date ? formatTime(value) : value, what, `${A_TIME}, or a Date`),
    annotations: annotationTexts,
    provenance: checkProvenance,
    tags: strings,
    strict: aBoolean,
    mountFrom: strings,
    ifExists: oneOf('overwrite', 'skip', 'error'),
    missingDependencies: oneOf('error', 'warn'),
    limits: checkLimits,
    dryRun: aBoolean,
    concurrency: wholeNumber(1),
    onEvent: aFunction,
    signal: anAbortSignal,
  }
}

/** Writes a time in UTC to the second. */
function formatTime(time: Date): string {
  return Number.isNaN(time.getTime()) ? String(time) : time.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** The options, checked, with their defaults: what is handed on comes from here. */
function readSettings(options: PushChartOptions) {
  const {
    version,
    appVersion,
    created,
    tags = [],
    strict = true,
    mountFrom = [],
    ...given
  } = readOptions(options, pushChecks())
  const { format, annotations, provenance, limits, concurrency, onEvent, signal } = given
  const { ifExists = 'overwrite', missingDependencies = 'error', dryRun = false } = given
  return {
    connection: chartConnection(given),
    format,
    overrides: { version, appVersion },
    created: created instanceof Date ? formatTime(created) : created,
    annotations,
    provenance,
    tags,
    strict,
    mountFrom,
    ifExists,
    missingDependencies,
    limits,
    dryRun,
    concurrency,
    onEvent,
    signal,
  }
}

/**
 * Lists the dependencies that are missing, where a chart may be pushed without them.
 *
 * @throws {InvalidChartError} where it may not.
 */
function checkDependencies(chart: Chart, mode: 'error' | 'warn'): readonly string[] {
  const missing = missingDependencies(chart)
  if (missing.length === 0) return []
  const names = listSome(missing.slice(0, MAX_NAMED + 1).map(describe), ', ')
  const reason = `found in Chart.yaml, but missing in charts/ directory: ${names}`
  if (mode === 'warn') return [`Chart ${chart.metadata.name}: ${reason}`]
  throw new InvalidChartError(`Cannot push chart ${chart.metadata.name}: ${reason}`, {
    file: 'Chart.yaml',
    hint: 'Fetch them with "helm dependency update", or push without them with missingDependencies: \'warn\'.',
  })
}

/** So many dependencies are named in a message, and so many versions of each. */
const MAX_NAMED = 10

function listSome(texts: readonly string[], separator: string): string {
  const named = texts.slice(0, MAX_NAMED).join(separator)
  return texts.length > MAX_NAMED ? `${named}${separator}others` : named
}

function describe({ name, alias, version = '', found }: MissingDependency): string {
  const range = version.length > MAX_RANGE ? `${version.slice(0, MAX_RANGE)}…` : version
  const other = found.length > 0 ? `${range} is wanted, ${listSome(found, ' and ')} is there` : ''
  const notes = [alias === undefined ? '' : `alias ${alias}`, other].filter((note) => note !== '')
  return notes.length === 0 ? name : `${name} (${notes.join('; ')})`
}

/** Refuses text that cannot be a tag or a repository before anything is sent, and in a dry run too. */
function checkNames({ registry, repository }: Reference, tags: readonly string[], mountFrom: readonly string[]): void {
  for (const tag of tags) parseTag(tag, `${registry}/${repository}:${tag}`)
  for (const from of mountFrom) parseRepository(registry, from)
}

function checkDigest({ digest: wanted, ...destination }: Reference, digest: Digest): void {
  if (wanted === undefined || wanted === digest) return
  throw new ContentMismatchError(
    `Cannot push to ${formatReference(destination)}@${wanted}: the manifest of this chart is ${digest}`,
    {
      expected: wanted,
      actual: digest,
      hint: 'Leave the digest out of the reference, or push the chart that has this digest, with the same options.',
    },
  )
}
