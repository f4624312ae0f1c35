/** The facade of a pull: an artifact in a registry becomes a chart in memory, or on the disk. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { archiveName } from './model/chart-names.js'
import type { Chart } from './model/chart.js'
import { assembleParts, neededParts } from './artifact/assemble-chart.js'
import type { ChartFormat } from './artifact/layerize-chart.js'
import { packChart } from './load/pack-chart.js'
import { unpackChart } from './folder/unpack-chart.js'
import { NotFoundError } from '../oras/errors/oci-error.js'
import { hearingNoSecrets, redactorOf } from '../oras/errors/redact-error.js'
import type { OciEvent } from '../oras/events.js'
import { warn } from '../oras/warn.js'
import { type Content, uncheckedContent } from '../oras/oci/content.js'
import type { Descriptor } from '../oras/oci/descriptor.js'
import type { Digest } from '../oras/oci/digest.js'
import { recoverFolder } from '../oras/lock/recover-folder.js'
import { aBoolean, aFunction, must, type OptionChecks, readOptions, wholeNumber } from '../oras/errors/read-options.js'
import { expectReference, formatReference } from '../oras/oci/reference.js'
import {
  checkOpened,
  openChartChecks,
  openChart,
  type OpenChartOptions,
  type OpenedChart,
  readOpenChartOptions,
} from './open-chart.js'
import { writeContents } from '../oras/store/write-content.js'
import { fetchContents } from '../oras/graph/fetch-contents.js'
import { DEFAULT_CONCURRENCY } from '../oras/graph/run-all.js'

/** How to pull a chart. */
export interface PullChartOptions extends OpenChartOptions {
  /**
   * An existing folder that gets `<name>-<version>.tgz`, and `<name>-<version>.tgz.prov` if there is a provenance; or, with
   * `untar`, the folder `<name>`.
   *
   * @default nothing is written
   */
  readonly destination?: string | undefined
  /**
   * Whether `destination` gets the chart as a folder, as with `helm pull --untar`.
   *
   * @default false
   */
  readonly untar?: boolean | undefined
  /**
   * Whether a file or folder of the same name in `destination` is replaced. Otherwise it is an `AlreadyExistsError`.
   *
   * @default false
   */
  readonly overwrite?: boolean | undefined
  /**
   * How many blobs move at once.
   *
   * @default 4
   */
  readonly concurrency?: number | undefined
  /** Called with progress, warnings, requests and retries. An error that it throws fails the call. */
  readonly onEvent?: ((event: OciEvent) => void) | undefined
}

function pullChecks(): OptionChecks<PullChartOptions> {
  return {
    ...openChartChecks(),
    destination: must('the path of a folder, as a string', (value) => typeof value === 'string' && value !== ''),
    untar: aBoolean,
    overwrite: aBoolean,
    concurrency: wholeNumber(1),
    onEvent: aFunction,
  }
}

/** A chart that was pulled. */
export interface PullChartResult {
  /** Where the chart was found: the reference, with the tag that was chosen if it had none. */
  readonly reference: string
  /** Of the chart's manifest. */
  readonly digest: Digest
  /** How the chart is kept in the registry. */
  readonly format: ChartFormat
  /** The chart, checked, with all its files. */
  readonly chart: Chart
  /** The `.tgz`: byte for byte as it was pushed, or, of a split chart, packed as `packChart` does. */
  readonly archive: Content
  /** The `.prov` file that belongs to `archive`; it was not looked into. */
  readonly provenance?: Content
  /** What was written: the `.tgz` or the folder. */
  readonly path?: string
}

/**
 * Pulls a Helm chart from a registry, in whichever layout it was pushed. Every byte is checked against its digest,
 * and the chart against what was asked for, before anything is handed over or written; files appear under their names
 * when they are complete, and a call that fails leaves none.
 *
 * @param reference Where from. An `oci://` reference must end in the chart's name; otherwise the scheme makes no
 * difference. Without a tag it is the newest stable version, or the newest one that fits the option `version`.
 * @throws {OciError} with a code of docs/errors.md.
 * @throws {TypeError} if an argument or an option is wrong; nothing was done.
 * @example
 * ```ts
 * import { pullChart } from 'oras-helm'
 *
 * const { chart, digest } = await pullChart('oci://localhost:5000/charts/mychart', { version: '^0.1' })
 * console.log(chart.metadata.version, chart.files.length, digest)
 * ```
 */
export async function pullChart(reference: string, options: PullChartOptions = {}): Promise<PullChartResult> {
  expectReference(reference)
  const settings = readSettings(options)
  if (settings.destination !== undefined) {
    await expectFolder(settings.destination)
    // What a call before this one was killed at is put right, whatever the registry answers.
    await recoverFolder(settings.destination, settings.signal)
  }
  return openChart(reference, settings, async (opened) => pullOpened(opened, settings))
}

async function pullOpened(opened: OpenedChart, settings: ReturnType<typeof readSettings>): Promise<PullChartResult> {
  const { destination, untar, overwrite, concurrency, limits, signal } = settings
  const { repository, context } = opened
  const redact = redactorOf(repository)
  const onEvent = hearingNoSecrets(redact, settings.onEvent)
  const { format, content, metadata, provenance } = neededParts(opened)
  const wanted = [content, metadata, provenance].filter((part) => part !== undefined)
  const contents = await fetchContents(repository, wanted, { concurrency, onEvent, signal })

  // What was fetched is verified, and no other code can reach it: until the call ends, it is not hashed again.
  const get = ({ digest }: Descriptor): Content =>
    uncheckedContent(contents.find(({ descriptor }) => descriptor.digest === digest) as Content)
  const assembled = await assembleParts({ ...opened, get }, context)
  const chart = { ...assembled, warnings: assembled.warnings.map(redact) }
  checkOpened(opened, chart.metadata)
  // Without a listener they are in the result, and the process is not told: the chart is another's.
  const { name } = chart.metadata
  if (onEvent) for (const message of chart.warnings) warn(onEvent, 'WARN_CHART', `Chart ${name}: ${message}`)
  const archive = await packChart(chart, { signal })
  const result = {
    reference: formatReference(opened.reference),
    digest: opened.descriptor.digest,
    format,
    chart,
    archive,
    ...(chart.provenance && { provenance: chart.provenance }),
  }
  if (destination === undefined) return result
  if (untar) {
    const verified = chart.archive ? { ...chart, archive: uncheckedContent(chart.archive) } : chart
    return { ...result, path: await unpackChart(verified, destination, { overwrite, limits, signal }) }
  }

  const path = join(destination, archiveName(chart))
  // The provenance of another archive would count as that of this one.
  const signature = chart.provenance && uncheckedContent(chart.provenance)
  await writeContents(
    [
      { path, content: uncheckedContent(archive) },
      { path: `${path}.prov`, content: signature },
    ],
    { overwrite, signal },
  )
  return { ...result, path }
}

/** The options, checked, with their defaults: what is handed on comes from here. */
function readSettings(options: PullChartOptions) {
  const { destination, untar = false, overwrite = false, ...given } = readOptions(options, pullChecks())
  const { concurrency = DEFAULT_CONCURRENCY, onEvent } = given
  const settings = readOpenChartOptions(given)
  if (untar && destination === undefined) throw new TypeError('the option untar needs a destination')
  return { ...settings, destination, untar, overwrite, concurrency, onEvent }
}

/** Looks for the folder before any work is done for it. */
async function expectFolder(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined)
  if (info?.isDirectory()) return
  throw new NotFoundError(`Cannot write to ${path}: there is no such folder`, {
    hint: 'Create the folder first, or give the path of one that is there.',
  })
}
