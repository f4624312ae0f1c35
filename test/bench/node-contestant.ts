/** Scripts with this library that take part in contests, and can be profiled. */
import type { Contestant } from './contest.js'
import { type Measured, measureNode } from './measure.js'

/** @param measure By its whole process, or as what it says of a part of itself. */
export function nodeContestant(
  name: string,
  script: (round: number) => string,
  measure: (script: string) => Promise<Measured> = measureNode,
): Contestant {
  return { name, isOurs: true, script, run: async (round) => measure(script(round)) }
}
