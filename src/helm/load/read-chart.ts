/** Charts from outside: a folder, a .tgz, or the bytes of one. */
import { constants, openSync, type Stats, statSync } from 'node:fs'
import { anAbortSignal, type OptionCheck, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import { expectString, isBytes, wrongArgument } from '../../oras/errors/wrong-argument.js'
import { InvalidArchiveError, LimitExceededError, NotFoundError } from '../../oras/errors/oci-error.js'
import { isReplaced } from '../../oras/folder-handle.js'
import { bytesContent, type Content, describeContent } from '../../oras/oci/content.js'
import { slices } from '../../oras/oci/byte-stream.js'
import type { Chart } from '../model/chart.js'
import { HELM_CHART_MEDIA_TYPE, HELM_PROVENANCE_MEDIA_TYPE } from '../model/chart-media-types.js'
import { type ChartLimits, checkLimits, createBudget } from '../model/chart-limits.js'
import { loadFiles } from './load-files.js'
import { readDirectory } from '../folder/read-directory.js'
import { readArchive } from '../folder/read-archive.js'
import { readPlainFile } from '../folder/read-plain-file.js'
import { type ReadContext, invalidChart, createReadContext } from '../model/read-context.js'
import { isNowhere } from '../../oras/errors/system-error.js'

/** How to read a chart. */
export interface ReadChartOptions {
  /**
   * How large the chart may be.
   *
   * @default Helm's limits
   */
  readonly limits?: ChartLimits | undefined
  /**
   * The provenance file of a `.tgz`: its path or its bytes, or `false` to leave it.
   *
   * @default the file `<path>.prov`, if it exists, as Helm has it
   */
  readonly provenance?: string | Uint8Array | false | undefined
  /** Stops the call, which rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined
}

/** The check of the option provenance, also of a push. */
export const checkProvenance: OptionCheck = (value, what) => {
  const isRight = value === false || isBytes(value) || (typeof value === 'string' && value !== '')
  if (!isRight) throw wrongArgument(what, 'a path, bytes, or false', value)
}

function readChecks(): OptionChecks<ReadChartOptions> {
  return {
    limits: checkLimits,
    provenance: checkProvenance,
    signal: anAbortSignal,
  }
}

/**
 * Reads a chart as Helm does: `.helmignore` (of folders only), Chart.yaml with all of Helm's rules, packed and unpacked
 * subcharts. Nothing is written to the disk. A `.tgz` is kept as it is, byte for byte.
 *
 * @param source The path of a folder or of a `.tgz`, or the bytes of a `.tgz`.
 * @throws {NotFoundError} if there is nothing at the path.
 * @throws {InvalidChartError} if Helm would not load it, or if a link leaves the folder.
 * @throws {InvalidArchiveError} if a file is not an archive, is damaged, or holds links or hostile names.
 * @throws {LimitExceededError} if it is larger than `limits` allows.
 * @example
 * ```ts
 * import { readChart } from 'oras-helm'
 *
 * const { metadata, warnings } = await readChart('examples/mychart')
 * console.log(metadata.name, metadata.version, warnings)
 * ```
 */
export async function readChart(source: string | Uint8Array, options: ReadChartOptions = {}): Promise<Chart> {
  expectChartSource('source', 'the path of a folder or of a .tgz, or the bytes of a .tgz', source)
  return readSource(source, readOptions(options, readChecks()))
}

/**
 * Checks that an argument can be read as a chart.
 *
 * @throws {TypeError} that names the argument.
 */
export function expectChartSource(name: string, expected: string, source: unknown): void {
  if (!isBytes(source)) expectString(name, expected, source)
}

async function readSource(source: string | Uint8Array, options: ReadChartOptions): Promise<Chart> {
  const { signal } = options
  signal?.throwIfAborted()
  if (typeof source !== 'string') {
    return readPackedChart(source, await readProvenance(undefined, options), createReadContext('archive', options))
  }
  const context = createReadContext(source, options)
  const info = findPath(source, 'chart')
  if (info.isDirectory()) {
    if (typeof options.provenance === 'string' || options.provenance instanceof Uint8Array) {
      throw invalidChart(context, 'a folder has no provenance', {
        hint: 'A provenance signs one .tgz: give the path of that .tgz instead of the folder, or leave the provenance out.',
      })
    }
    return loadFiles(await readDirectory(source, context), context)
  }
  const archive = await readBounded(source, 'chart', info, options)
  return readPackedChart(archive, await readProvenance(source, options), context)
}

/** Reads a packed chart, and keeps the bytes and their provenance with it. */
async function readPackedChart(
  bytes: Uint8Array,
  provenance: Content | undefined,
  context: ReadContext,
): Promise<Chart> {
  const chart = await loadFiles(await readArchive(bytes, context), context)
  const archive = await describeContent(() => slices(bytes), {
    mediaType: HELM_CHART_MEDIA_TYPE,
    signal: context.signal,
  })
  return { ...chart, archive, ...(provenance && { provenance }) }
}

async function readProvenance(archive: string | undefined, options: ReadChartOptions): Promise<Content | undefined> {
  const { provenance = archive === undefined ? false : undefined } = options
  if (provenance === false) return undefined
  if (provenance instanceof Uint8Array) return bytesContent(provenance, { mediaType: HELM_PROVENANCE_MEDIA_TYPE })

  const path = provenance ?? `${archive}.prov`
  const info = provenance === undefined ? findFile(path) : findPath(path, 'provenance')
  if (!info) return undefined
  const bytes = await readBounded(path, 'provenance', info, options)
  return describeContent(() => slices(bytes), { mediaType: HELM_PROVENANCE_MEDIA_TYPE, signal: options.signal })
}

function findPath(path: string, what: string): Stats {
  try {
    return statSync(path)
  } catch (cause) {
    if (!isNowhere(cause)) throw cause
    throw new NotFoundError(`Cannot read ${what} ${path}: there is no such file or folder`, {
      cause,
      hint: 'Check the path: it may be a chart folder, a .tgz that "helm package" made, or the .prov of one.',
    })
  }
}

/** Gives `undefined` where there is no such file, or it cannot be looked at. */
function findFile(path: string): Stats | undefined {
  try {
    const info = statSync(path, { throwIfNoEntry: false })
    return info?.isFile() ? info : undefined
  } catch {
    return undefined
  }
}

async function readBounded(path: string, what: string, info: Stats, options: ReadChartOptions): Promise<Uint8Array> {
  const { limits = {}, signal } = options
  const { chartBytes } = createBudget(limits, '').limits
  const attempt = `Cannot read ${what} ${path}`
  const irregular = (): Error =>
    new InvalidArchiveError(`${attempt}: it is not a regular file`, {
      hint: 'Give the path of a file: pipes, sockets and devices are not read.',
    })
  const changed = (cause?: unknown): Error =>
    new InvalidArchiveError(`${attempt}: it was moved or changed while it was read`, {
      cause,
      hint: 'Another program writes the file at this moment: read it again when that is done.',
    })
  const take = (size: number): void => {
    if (size <= chartBytes) return
    throw new LimitExceededError(`${attempt}: the file is larger than ${chartBytes} bytes`, {
      limit: chartBytes,
      hint: 'Check the path, or raise limits.chartBytes. Helm loads no chart of 100 MiB or more.',
    })
  }
  // To open a device may already do something.
  if (!info.isFile()) throw irregular()
  return readPlainFile(openPlainFile(path, changed), { irregular, changed, take, signal })
}

/** Opens a file without waiting: in the place of the file, a pipe may have come. */
function openPlainFile(path: string, changed: (cause: unknown) => Error): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (cause) {
    throw isReplaced(cause) ? changed(cause) : cause
  }
}
