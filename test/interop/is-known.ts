/** Tells whether a decision that differs from Helm's does so on purpose. */
import type { Outcome, OwnDecision, Verdict } from './decide-both.js'
import type { KnownDifference } from './known-difference.js'
import { type RandomChart, titleChart } from './random-chart.js'

/** Says whether a difference is one of these, or is made up of several of them. */
export function isKnown(
  differences: readonly KnownDifference[],
  helm: 'helm3' | 'helm4',
  { chart, own, verdict, outcomes }: Difference,
): boolean {
  const title = titleChart(chart)
  const possible = differences.filter((each) => ['both', helm].includes(each.helm) && each.odd.test(title))
  const { refusal } = verdict.theirs
  if (own.refusal !== undefined) return possible.some(({ ours }) => ours?.test(own.refusal ?? ''))
  if (refusal !== undefined) return possible.some(({ theirs }) => theirs?.test(refusal))
  const mayDiffer = possible.flatMap(({ differing = [] }) => differing)
  return findDiffering(outcomes).every((key) => mayDiffer.includes(key))
}

/** A chart about which the library and one version of Helm decide differently. */
export interface Difference {
  readonly chart: RandomChart
  readonly own: OwnDecision
  readonly verdict: Verdict
  readonly outcomes: { readonly ours: Outcome; readonly theirs: Outcome }
}

/** Lists what differs in two outcomes. */
export function findDiffering({ ours, theirs }: Difference['outcomes']): readonly string[] {
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
  return keys.filter((key) => JSON.stringify(ours[key]) !== JSON.stringify(theirs[key]))
}
