import { describeOnDistribution } from '../describe-cases.js'
import { pullCases } from '../pull-cases.js'

describeOnDistribution('on the Distribution registry', pullCases, 'pullChart(): ')
