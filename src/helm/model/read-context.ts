/** The context in which a chart is read: its budget, its signal, and the beginning of error messages. */
import { Turns } from '../../oras/turns.js'
import { InvalidChartError } from './invalid-chart-error.js'
import { type Budget, type ChartLimits, createBudget } from './chart-limits.js'

/** The context of a chart, passed on to its files, archives and subcharts. */
export interface ReadContext {
  /** The beginning of every error message: `Cannot read chart mychart`, then the subchart, if it is one. */
  readonly attempt: string
  /** Shared with all subcharts. */
  readonly budget: Budget
  /** The level of the subchart; 0 for the chart itself. */
  readonly depth: number
  /** Cancels the reading. */
  readonly signal: AbortSignal | undefined
  /** Shared with all subcharts. */
  readonly turns: Turns
}

/** Creates the context for reading a chart. */
export function createReadContext(
  source: string,
  options: { readonly limits?: ChartLimits | undefined; readonly signal?: AbortSignal | undefined } = {},
): ReadContext {
  const attempt = source === '' ? 'Cannot read chart' : `Cannot read chart ${source}`
  const { limits = {}, signal } = options
  return { attempt, budget: createBudget(limits, attempt), depth: 0, signal, turns: new Turns(signal) }
}

/** Creates the context of a subchart, with the same budget. */
export function createSubchartContext(context: ReadContext, folder: string, parent: string): ReadContext {
  const depth = context.depth + 1
  context.budget.checkDepth(depth)
  return { ...context, depth, attempt: `${context.attempt}: error unpacking subchart ${folder} in ${parent}` }
}

/** Creates the error for files that are not a valid chart. */
export function invalidChart(
  context: ReadContext,
  reason: string,
  options: { readonly hint: string; readonly file?: string; readonly cause?: unknown },
): InvalidChartError {
  return new InvalidChartError(`${context.attempt}: ${reason}`, options)
}
