/** The limits of a chart and the budget that counts against them, packed subcharts included. */
import { type OptionCheck, type OptionChecks, readOptions } from '../../oras/errors/read-options.js'
import { wrongArgument } from '../../oras/errors/wrong-argument.js'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { quote } from '../../oras/errors/escape-message.js'

/**
 * How large a chart may be; a larger one is refused with a `LimitExceededError`. The bytes are counted while they are
 * read, so the sizes that an archive declares are not trusted.
 *
 * @example
 * ```ts
 * import { readChart } from 'oras-helm'
 *
 * const chart = await readChart('examples/mychart', { limits: { fileBytes: 1024 * 1024, files: 100 } })
 * ```
 */
export interface ChartLimits {
  /**
   * The size of all files together, unpacked, in bytes; the chart must be smaller than this.
   *
   * @default 104857600 (100 MiB, as Helm)
   */
  readonly chartBytes?: number | undefined
  /**
   * The size of one file, unpacked, in bytes.
   *
   * @default 5242880 (5 MiB, as Helm 3; Helm 4.3 counts all files together)
   */
  readonly fileBytes?: number | undefined
  /**
   * The number of files and folders, those in packed subcharts included.
   *
   * @default 10000
   */
  readonly files?: number | undefined
  /**
   * How many levels of subcharts there may be below the chart.
   *
   * @default 10
   */
  readonly depth?: number | undefined
}

const aLimit: OptionCheck = (value, what) => {
  const isRight = typeof value === 'number' && value >= 0
  if (!isRight) throw wrongArgument(what, 'a number from 0', value)
}

/** Checks the option limits. */
export const checkLimits: OptionCheck = (value, what) => {
  readOptions<ChartLimits>(value as ChartLimits, limitChecks(), what)
}

function limitChecks(): OptionChecks<ChartLimits> {
  return {
    chartBytes: aLimit,
    fileBytes: aLimit,
    files: aLimit,
    depth: aLimit,
  }
}

/** Counts what is read of a chart and all its subcharts against the limits; each method throws when a limit is exceeded. */
export interface Budget {
  /** The limits, with the defaults filled in. */
  readonly limits: { readonly [Limit in keyof ChartLimits]-?: number }
  /** Counts one file or folder. */
  takeEntry(): void
  /** Counts `bytes` more bytes of the file at `path`, whose size is `fileBytes`, as read so far or as declared. */
  takeBytes(path: string, bytes: number, fileBytes: number): void
  /** Counts inflated bytes of an archive, headers and padding included, which {@link takeBytes} does not count. */
  takeInflated(bytes: number): void
  /** Counts the cost of parsing YAML and JSON, in steps of about a microsecond. */
  takeCost(steps: number): void
  /** Checks the depth of a subchart; the chart itself has depth 0. */
  checkDepth(depth: number): void
}

/** Creates a budget; every error message begins with `attempt`: `Cannot read chart mychart`. */
export function createBudget(limits: ChartLimits, attempt: string): Budget {
  const { chartBytes = 100 * 1024 * 1024, fileBytes = 5 * 1024 * 1024, files = 10_000, depth = 10 } = limits
  let entries = 0
  let total = 0
  let inflated = 0
  let cost = 0

  const refuse = (reason: string, limit: number, hint: string): never => {
    throw new LimitExceededError(`${attempt}: ${reason}`, { limit, hint })
  }
  return {
    limits: { chartBytes, fileBytes, files, depth },
    takeEntry() {
      entries += 1
      if (entries > files) refuse(`it has more than ${files} files and folders`, files, FILES_HINT)
    },
    takeBytes(path, bytes, size) {
      if (size > fileBytes) {
        refuse(`chart file ${quote(path)} is larger than the maximum file size ${fileBytes}`, fileBytes, FILE_HINT)
      }
      total += bytes
      if (total >= chartBytes) {
        refuse(`the chart is larger than the maximum size ${chartBytes}`, chartBytes, CHART_HINT)
      }
    },
    takeInflated(bytes) {
      inflated += bytes
      if (inflated > chartBytes + (files + 1) * ENTRY_OVERHEAD) {
        refuse(`the chart is larger than the maximum size ${chartBytes}`, chartBytes, CHART_HINT)
      }
    },
    takeCost(steps) {
      cost += steps
      if (cost > MAX_COST) refuse('its YAML and JSON files are too large together', MAX_COST, COST_HINT)
    },
    checkDepth(level) {
      if (level > depth) refuse(`subcharts lie in subcharts deeper than ${depth} levels`, depth, DEPTH_HINT)
    },
  }
}

/** How much parsing the YAML and JSON of a chart with all its subcharts may cost, in steps of about a microsecond. */
const MAX_COST = 5_000_000

/** How many bytes one entry of an archive may have in addition to its file: header and padding, twice for a long name. */
const ENTRY_OVERHEAD = 4096

const COST_HINT =
  'No option raises this limit. It counts Chart.yaml, the lock, values.yaml and the schema of the chart and all its subcharts: leave subcharts out.'
const FILE_HINT = 'Leave the file out of the chart, or raise limits.fileBytes. Helm 3 loads no file of more than 5 MiB.'
const CHART_HINT = 'Leave files out of the chart, or raise limits.chartBytes. Helm loads no chart of 100 MiB or more.'
const FILES_HINT = 'Leave files out of the chart, with .helmignore for example, or raise limits.files.'
const DEPTH_HINT = 'Make the inner subcharts dependencies of the chart itself, or raise limits.depth.'
