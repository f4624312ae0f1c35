/** Tests whose outcome somebody else decides: each block is one cell of docs/maintainers/compatibility.md. */
import { beforeAll, describe } from 'vitest'
import { skipBecause } from '../support/skip-because.js'
import { installJudge, type Judge, judgeMissing, judgePath } from './judges.js'

/** How long, in milliseconds, it may take to build a program that is not in the cache. */
export const BUILD_TIMEOUT = 1_500_000

/**
 * Runs tests with a judge, or says why not.
 *
 * @param check What is judged, as a row of the table.
 * @param tests Gets the path of the judge's program.
 */
export function describeJudge(judge: Judge, check: string, tests: (program: string) => void): void {
  const missing = judgeMissing(judge)
  describe(judge.title, () => {
    describe.skipIf(skipBecause(missing, `"${check}" by ${judge.title}`))(check, () => {
      beforeAll(() => installJudge(judge), BUILD_TIMEOUT)
      tests(judgePath(judge))
    })
  })
}
