/** Random tests begin at the same seeds in every run, so that they never fail by chance. */
import fc from 'fast-check'

/** Changed by the variable `SEED=1,2,3`, or by `SEED=random` for a seed that is drawn and printed. */
const FIXED = [1, 2026]

/** Every random test runs once for each seed. */
export const SEEDS: readonly number[] = process.env['SEED'] ? process.env['SEED'].split(',').map(parseSeed) : FIXED

/** The default of `RUNS`: `npm test` runs with every change, and `npm run test:long` sets more. */
const FEW = 0.5

/** How many rounds a random test has: `RUNS` times as many as usual, or half of that. */
export function roundsOf(usual: number): number {
  return Math.ceil(usual * Number(process.env['RUNS'] ?? FEW))
}

/**
 * `fc.assert` from fixed seeds, between which the runs are shared.
 *
 * @param usual How many runs there are if `RUNS` is 1.
 */
export async function assertProperty<T>(property: fc.IRawProperty<T>, usual = 200): Promise<void> {
  const numRuns = Math.ceil(roundsOf(usual) / SEEDS.length)
  for (const seed of SEEDS) await fc.assert(property, { seed, numRuns })
}

/** Draws a number of values from fixed seeds. */
export function drawSamples<T>(arbitrary: fc.Arbitrary<T>, count: number): readonly T[] {
  const numRuns = Math.ceil(count / SEEDS.length)
  return SEEDS.flatMap((seed) => fc.sample(arbitrary, { numRuns, seed })).slice(0, count)
}

function parseSeed(text: string): number {
  const seed = Number(text)
  if (!Number.isSafeInteger(seed)) throw new TypeError(`SEED is no list of whole numbers: ${text}`)
  return seed
}
