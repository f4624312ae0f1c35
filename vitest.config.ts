/** The settings of every run of the tests; the scripts of package.json add the rest. */
import { defineConfig } from 'vitest/config'
import { ProgressReporter } from './test/support/progress-reporter.js'

// A time-out is for tests that hang: nothing else takes as long, however busy the machine is.
const HANGING = 120_000

// Knip and Vitest look for a default export here.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({
  test: {
    dir: 'test',
    globalSetup: ['test/support/empty-home.ts', 'test/support/draw-seed.ts'],
    testTimeout: HANGING,
    hookTimeout: HANGING,
    teardownTimeout: HANGING,
    expect: { poll: { timeout: HANGING / 2 } },
    maxWorkers: '100%',
    reporters: ['default', 'json', new ProgressReporter()],
    outputFile: { json: 'node_modules/.cache/test-results.json' },
  },
})
