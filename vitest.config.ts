/** What every run of the tests has in common; the rest is said by the scripts of package.json. */
import { defineConfig } from 'vitest/config'
import { ProgressReporter } from './test/support/progress-reporter.js'

// A time-out is for what hangs: nothing else takes as long, however busy the machine is.
const HANGING = 120_000

// Knip and Vitest look for a default export here.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    dir: 'test',
    globalSetup: ['test/support/empty-home.ts', 'test/support/draw-seed.ts'],
    setupFiles: ['test/support/expect-no-warnings.ts'],
    testTimeout: HANGING,
    hookTimeout: HANGING,
    teardownTimeout: HANGING,
    expect: { poll: { timeout: HANGING / 2 } },
    maxWorkers: '100%',
    reporters: ['default', 'json', new ProgressReporter()],
    outputFile: { json: 'node_modules/.cache/test-results.json' },
  },
})
