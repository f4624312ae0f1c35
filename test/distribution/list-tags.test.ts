/** Tags on the Distribution registry, which may or may not make pages of them. */
import { describe } from 'vitest'
import { describeOnDistribution, runCases } from '../support/describe-cases.js'
import { listCases, manyTagsCases } from '../support/list-cases.js'
import { DISTRIBUTION, exceptCases } from '../support/registry-exceptions.js'
import { skipBecause } from '../support/skip-because.js'
import { distributionMissing, startDistribution } from '../support/start-distribution.js'

describeOnDistribution('on the Distribution registry', exceptCases(listCases, DISTRIBUTION), 'Repository.tags(): ')

const missing = skipBecause(distributionMissing(), 'more tags than fit into a page, on the Distribution registry')
describe.skipIf(missing)('more tags than fit into a page, on the Distribution registry', () => {
  runCases(manyTagsCases, 'Repository.tags(): ', () => startDistribution())
})
