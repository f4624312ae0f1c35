import { contractCases } from '../contract-cases.js'
import { describeOnDistribution } from '../describe-cases.js'
import { pushCases } from '../push-cases.js'

describeOnDistribution('on the Distribution registry', pushCases, 'pushChart(): ')
describeOnDistribution('the store contract on the Distribution registry', contractCases, 'Repository: ')
