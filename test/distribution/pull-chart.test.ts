import { describeOnDistribution } from '../support/describe-cases.js'
import { pullCases } from '../support/pull-cases.js'

describeOnDistribution('on the Distribution registry', pullCases, 'pullChart(): ')
