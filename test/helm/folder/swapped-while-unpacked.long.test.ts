import { vi } from 'vitest'
import { describeSwapsWhileUnpacking } from './describe-swapped-while-unpacked.js'

// Both do what they always do; another program does something before their calls.
vi.mock('node:fs', async (original) => (await import('../../support/before-call.js')).countCalls(await original()))
vi.mock('node:fs/promises', async (original) =>
  (await import('../../support/before-call.js')).countCalls(await original()),
)

describeSwapsWhileUnpacking(1)
