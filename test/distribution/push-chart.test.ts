import { it } from 'vitest'
import { Repository } from '../../src/registry/repository.js'
import { storeContract } from '../../src/testing/index.js'
import { describeOnDistribution } from '../describe-cases.js'
import { pushCases } from '../push-cases.js'

describeOnDistribution('on the Distribution registry', pushCases, 'pushChart(): ', (target) => {
  const contract = storeContract(async () => {
    const { proxy, credentials } = target()
    return { target: new Repository(`${proxy.host}/contract`, { credentials, access: 'push' }) }
  })
  for (const { name, run } of contract) it(`Repository: ${name}`, () => run())
})
