import { afterAll, beforeAll, describe, it } from 'vitest'
import { Repository } from '../../src/registry/repository.js'
import { storeContract } from '../../src/testing/index.js'
import { pushCases, type PushTarget } from '../push-cases.js'
import { type Distribution, distributionMissing, startDistribution } from '../start-distribution.js'
import { startCountingProxy } from '../start-counting-proxy.js'

const missing = distributionMissing()
if (missing) console.warn(`Skipped: the tests on the Distribution registry, because ${missing}.`)

describe.skipIf(missing).each([
  ['anonymous', false],
  ['with a password', true],
])('on the Distribution registry, %s', (_, htpasswd) => {
  let distribution: Distribution
  let target: PushTarget
  beforeAll(async () => {
    distribution = await startDistribution({ htpasswd })
    target = { proxy: await startCountingProxy(distribution.host), credentials: distribution.credentials }
  })
  afterAll(async () => {
    await target.proxy.close()
    await distribution.close()
  })

  for (const { name, run } of pushCases) it(`pushChart(): ${name}`, () => run(target))

  const contract = storeContract(async () => ({
    target: new Repository(`${target.proxy.host}/contract`, { credentials: target.credentials, access: 'push' }),
  }))
  for (const { name, run } of contract) it(`Repository: ${name}`, () => run())
})
