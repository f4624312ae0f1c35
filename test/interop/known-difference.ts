/** What a difference between our decisions and those of Helm is, if it is on purpose. */
import type { RandomChart } from './random-chart.js'

/** A decision that is meant to be another one. */
export interface KnownDifference {
  readonly name: string
  /** `both`, unless only one version of Helm decides otherwise. */
  readonly helm: 'helm3' | 'helm4' | 'both'
  /** What must be odd about the chart. */
  readonly odd: RegExp
  /** What differs: we refuse for this reason and Helm accepts, Helm refuses and we accept, or both accept. */
  readonly ours?: RegExp
  readonly theirs?: RegExp
  readonly differing?: readonly string[]
  /** Shows the difference, so that the list holds no more than there is. */
  readonly example: RandomChart
}
