/** One reading of a chart: where it reads, what it may still read, and how it refuses. */
import { Turns } from '../../oras/turns.js'
import { InvalidChartError } from './invalid-chart-error.js'
import { type Budget, type ChartLimits, openBudget } from './chart-limits.js'

/** What is passed down from the chart to its files, its archives and its subcharts. */
export interface Reading {
  /** Begins every refusal: `Cannot read chart mychart`, then the subchart, where it is one. */
  readonly where: string
  readonly budget: Budget
  /** 0 for the chart itself. */
  readonly depth: number
  readonly signal: AbortSignal | undefined
  /** Of all that is read, subcharts included. */
  readonly turns: Turns
}

/** Begins a reading. */
export function startReading(
  source: string,
  options: { readonly limits?: ChartLimits | undefined; readonly signal?: AbortSignal | undefined } = {},
): Reading {
  const where = source === '' ? 'Cannot read chart' : `Cannot read chart ${source}`
  const { limits = {}, signal } = options
  return { where, budget: openBudget(limits, where), depth: 0, signal, turns: new Turns(signal) }
}

/** Goes down to a subchart, within the same budget. */
export function startNested(reading: Reading, folder: string, parent: string): Reading {
  const depth = reading.depth + 1
  reading.budget.checkDepth(depth)
  return { ...reading, depth, where: `${reading.where}: error unpacking subchart ${folder} in ${parent}` }
}

/** Makes the error for files that are no chart. */
export function refuseChart(
  reading: Reading,
  reason: string,
  options: { readonly hint: string; readonly file?: string; readonly cause?: unknown },
): InvalidChartError {
  return new InvalidChartError(`${reading.where}: ${reason}`, options)
}
