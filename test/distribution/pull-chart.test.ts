import { afterAll, beforeAll, describe, it } from 'vitest'
import { pullCases } from '../pull-cases.js'
import type { PushTarget } from '../push-cases.js'
import { type Distribution, distributionMissing, startDistribution } from '../start-distribution.js'
import { startCountingProxy } from '../start-counting-proxy.js'

const missing = distributionMissing()
if (missing) console.warn(`Skipped: the pulls from the Distribution registry, because ${missing}.`)

describe.skipIf(missing).each([
  ['anonymous', false],
  ['with a password', true],
])('pullChart() on the Distribution registry, %s', (_, htpasswd) => {
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

  for (const { name, run } of pullCases) it(`pullChart(): ${name}`, () => run(target))
})
