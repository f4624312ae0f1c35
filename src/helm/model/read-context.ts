/** What a chart is read with: its budget, its signal, and what messages begin with. */
import { Turns } from '../../oras/turns.js'
import { InvalidChartError } from './invalid-chart-error.js'
import { type Budget, type ChartLimits, createBudget } from './chart-limits.js'

/** What is passed down from the chart to its files, its archives and its subcharts. */
export interface ReadContext {
  /** What every message begins with: `Cannot read chart mychart`, then the subchart, if it is one. */
  readonly attempt: string
  readonly budget: Budget
  /** 0 for the chart itself. */
  readonly depth: number
  readonly signal: AbortSignal | undefined
  /** Of all that is read, subcharts included. */
  readonly turns: Turns
}

/** Makes the context for a chart that is going to be read. */
export function createReadContext(
  source: string,
  options: { readonly limits?: ChartLimits | undefined; readonly signal?: AbortSignal | undefined } = {},
): ReadContext {
  const attempt = source === '' ? 'Cannot read chart' : `Cannot read chart ${source}`
  const { limits = {}, signal } = options
  return { attempt, budget: createBudget(limits, attempt), depth: 0, signal, turns: new Turns(signal) }
}

/** Makes the context of a subchart, within the same budget. */
export function createSubchartContext(context: ReadContext, folder: string, parent: string): ReadContext {
  const depth = context.depth + 1
  context.budget.checkDepth(depth)
  return { ...context, depth, attempt: `${context.attempt}: error unpacking subchart ${folder} in ${parent}` }
}

/** Makes the error for files that are no chart. */
export function invalidChart(
  context: ReadContext,
  reason: string,
  options: { readonly hint: string; readonly file?: string; readonly cause?: unknown },
): InvalidChartError {
  return new InvalidChartError(`${context.attempt}: ${reason}`, options)
}
