/** The store contract, as cases for any registry. */
import { expect } from 'vitest'
import { Repository } from '../../src/index.js'
import { type OpenedTarget, storeContract } from '../../src/testing/index.js'
import type { PushCase, PushTarget } from './push-cases.js'

const listRules = (open: () => Promise<OpenedTarget>) => storeContract(open, { sha512: true })

export const contractCases: readonly PushCase[] = listRules(() => Promise.reject(new Error('no target'))).map(
  ({ name }, index) => ({
    name,
    run: async ({ proxy, credentials }: PushTarget) => {
      const target = new Repository(`${proxy.host}/contract`, { credentials, access: 'push' })
      // A registry's repository has every member.
      const skip = (reason: string): never => expect.fail(`skipped, because ${reason}`)
      await listRules(async () => ({ target }))[index]?.run({ skip })
    },
  }),
)
