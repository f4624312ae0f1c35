/** The store contract, as cases for any registry. */
import { Repository } from '../../src/index.js'
import { type OpenedTarget, storeContract } from '../../src/testing/index.js'
import type { PushCase, PushTarget } from './push-cases.js'

const listRules = (open: () => Promise<OpenedTarget>) => storeContract(open, { sha512: true })

export const contractCases: readonly PushCase[] = listRules(() => Promise.reject(new Error('no target'))).map(
  ({ name }, index) => ({
    name,
    run: async ({ proxy, credentials }: PushTarget) => {
      const target = new Repository(`${proxy.host}/contract`, { credentials, access: 'push' })
      await listRules(async () => ({ target }))[index]?.run()
    },
  }),
)
