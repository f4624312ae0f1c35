/** Runs the tests of clients on two registries: the embedded one, and Distribution. */
import { afterAll, beforeAll, describe } from 'vitest'
import { startRegistry } from '../../src/testing/index.js'
import { skipBecause } from '../support/skip-because.js'
import { distributionMissing, startDistribution } from '../support/start-distribution.js'

/** Programs of others start slowly on a busy machine. */
export const CLIENT_TIMEOUT = { timeout: 300_000 }

/** Gives a place for a chart that no other test uses: registry and repository. */
type NextPlace = () => string

type Tests = (nextPlace: NextPlace, registry: RegistryTitle) => void
type RegistryTitle = 'embedded' | 'Distribution'

/** Runs tests on the embedded registry, and on Distribution where it is installed, or says why not. */
export function describeWithRegistries(tests: Tests): void {
  runWith('embedded', startRegistry, tests)
  runWith('Distribution', startDistribution, tests, distributionMissing())
}

interface Running {
  readonly host: string
  close(): Promise<void>
}

function runWith(title: RegistryTitle, start: () => Promise<Running>, tests: Tests, missing?: string): void {
  describe.skipIf(skipBecause(missing, `a client with ${title}`))(title, () => {
    let running: Running | undefined
    let count = 0
    beforeAll(async () => {
      running = await start()
    })
    afterAll(() => running?.close())
    tests(() => `${running?.host}/place-${++count}/mychart`, title)
  })
}
