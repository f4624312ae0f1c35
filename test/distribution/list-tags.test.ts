/** Tags on the Distribution registry, which may or may not make pages of them. */
import { describe } from 'vitest'
import { describeOnDistribution, runCases } from '../describe-cases.js'
import { listCases, manyTagsCases } from '../list-cases.js'
import { DISTRIBUTION, exceptCases } from '../registry-exceptions.js'
import { skipBecause } from '../skip-because.js'
import { distributionMissing, startDistribution } from '../start-distribution.js'

describeOnDistribution('on the Distribution registry', exceptCases(listCases, DISTRIBUTION), 'Repository.tags(): ')

const missing = skipBecause(distributionMissing(), 'more tags than fit into a page, on the Distribution registry')
describe.skipIf(missing)('more tags than fit into a page, on the Distribution registry', () => {
  runCases(manyTagsCases, 'Repository.tags(): ', () => startDistribution())
})
