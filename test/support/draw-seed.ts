/** Runs before the tests: `SEED=random` stands for a seed that is drawn now, for all of them, and printed. */
import { randomInt } from 'node:crypto'

export function setup(): void {
  if (process.env['SEED'] !== 'random') return
  // The workers inherit it.
  process.env['SEED'] = String(randomInt(2 ** 31))
  console.log(`SEED=${process.env['SEED']} repeats the random tests of this run.`)
}
