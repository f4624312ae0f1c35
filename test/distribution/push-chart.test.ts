import { contractCases } from '../support/contract-cases.js'
import { describeOnDistribution } from '../support/describe-cases.js'
import { pushCases } from '../support/push-cases.js'

describeOnDistribution('on the Distribution registry', pushCases, 'pushChart(): ')
describeOnDistribution('the store contract on the Distribution registry', contractCases, 'Repository: ')
