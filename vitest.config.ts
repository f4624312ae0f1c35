/** What every run of the tests has in common; the rest is said by the scripts of package.json. */
import { defineConfig } from 'vitest/config'

// Knip and Vitest look for a default export here.
// oxlint-disable-next-line import/no-default-export
export default defineConfig({ test: { globalSetup: 'test/support/empty-home.ts' } })
