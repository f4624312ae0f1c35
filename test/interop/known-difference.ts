/** An intended difference between the decisions of the library and of Helm. */
import type { RandomChart } from './random-chart.js'

/** A decision that differs on purpose. */
export interface KnownDifference {
  readonly name: string
  /** `both`, unless only one version of Helm decides differently. */
  readonly helm: 'helm3' | 'helm4' | 'both'
  /** What must be odd about the chart. */
  readonly odd: RegExp
  /** What differs: we refuse for this reason and Helm accepts, Helm refuses and we accept, or both accept. */
  readonly ours?: RegExp
  readonly theirs?: RegExp
  readonly differing?: readonly string[]
  /** A chart that shows the difference, so that the list has no outdated entry. */
  readonly example: RandomChart
}
