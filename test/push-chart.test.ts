import { afterAll, beforeAll, describe, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../src/testing/index.js'
import { pushCases, type PushTarget } from './push-cases.js'
import { startCountingProxy } from './start-counting-proxy.js'

const credentials = { username: 'testuser', password: 's3cret' }

describe.each([
  ['anonymous', undefined],
  ['with a password', credentials],
])('pushChart() on the embedded registry, %s', (_, login) => {
  let registry: TestRegistry
  let target: PushTarget
  beforeAll(async () => {
    registry = await startRegistry(login ? { auth: { scheme: 'basic', ...login } } : {})
    target = { proxy: await startCountingProxy(registry.host), credentials: login }
  })
  afterAll(async () => {
    await target.proxy.close()
    await registry.close()
  })

  it.each(pushCases)('$name', ({ run }) => run(target))
})
