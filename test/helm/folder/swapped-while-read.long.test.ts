import { vi } from 'vitest'
import { describeSwapsWhileReading } from './describe-swapped-while-read.js'

// Both do what they always do; another program does something before their calls.
vi.mock('node:fs', async (original) => (await import('../../support/before-call.js')).countCalls(await original()))
vi.mock('node:fs/promises', async (original) =>
  (await import('../../support/before-call.js')).countCalls(await original()),
)

describeSwapsWhileReading(1)
