/** Contests: the same work done by several, in turns, so that what disturbs one disturbs all. */
import type { Measured } from './measure.js'

/** Somebody who does the work. */
export interface Contestant {
  readonly name: string
  /** Whether it does less than the whole work, and so shows the least time that any contestant needs. */
  readonly isLimit?: boolean
  /** Whether it is this library too, in another way. */
  readonly isOurs?: boolean
  /** What is not measured. */
  readonly prepare?: (round: number) => Promise<void>
  readonly run: (round: number) => Promise<Measured>
  /** What Node is profiled with, if a target was missed. */
  readonly script?: (round: number) => string
}

/** A piece of work, and who does it. */
export interface Contest {
  readonly title: string
  /** Ours first. */
  readonly contestants: readonly Contestant[]
  /** How many times as fast as somebody we want to be. */
  readonly targets?: Readonly<Record<string, number>>
  /** Seven unless told. */
  readonly rounds?: number
  /** In MiB: more is a failure, for memory is no matter of luck. */
  readonly memory?: number
}

/** What came out. */
export interface Outcome {
  readonly contest: Contest
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly name: string
  readonly isLimit: boolean
  readonly isOurs: boolean
  readonly samples: readonly Measured[]
  /** In seconds. */
  readonly median: number
  /** Half of the rounds lie between these. */
  readonly quartiles: readonly [number, number]
  /** The largest, in MiB. */
  readonly peak: number
  /** How many times as fast we are. */
  readonly ratio: number
  /** How many times as fast we want to be. */
  readonly target: number | undefined
}

/** Tells whether we are as fast as we want to be; as fast as the other, where nothing else is said. */
export function isFastEnough({ ratio, target = 1 }: Entry): boolean {
  return ratio >= target
}

const ROUNDS = 7

/** Runs the rounds; who begins changes from round to round. */
export async function holdContest(contest: Contest): Promise<Outcome> {
  const { contestants, rounds = ROUNDS, targets } = contest
  const samples = new Map<string, Measured[]>(contestants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(round + turn) % contestants.length] as Contestant
      await contestant.prepare?.(round)
      samples.get(contestant.name)?.push(await contestant.run(round))
    }
  }
  const ours = median(secondsOf(samples.get(contestants[0]?.name ?? '') ?? []))
  const entries = contestants.map(({ name, isLimit = false, isOurs = false }): Entry => {
    const each = samples.get(name) ?? []
    const seconds = secondsOf(each)
    return {
      name,
      isLimit,
      isOurs,
      samples: each,
      median: median(seconds),
      quartiles: [quantile(seconds, 0.25), quantile(seconds, 0.75)],
      peak: Math.max(...each.map(({ peak }) => peak)),
      ratio: median(seconds) / ours,
      target: targets?.[name],
    }
  })
  return { contest, entries }
}

function secondsOf(samples: readonly Measured[]): readonly number[] {
  return samples.map(({ seconds }) => seconds)
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const [below, above] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return below + (above - below) * (at - Math.floor(at))
}
