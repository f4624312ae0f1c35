import { vi } from 'vitest'
import { describeSwapsWhileUnpacking } from './describe-swapped-while-unpacked.js'

// Both modules work as usual, but before their calls another program changes the disk.
vi.mock('node:fs', async (original) => (await import('../../support/before-call.js')).countCalls(await original()))
vi.mock('node:fs/promises', async (original) =>
  (await import('../../support/before-call.js')).countCalls(await original()),
)

describeSwapsWhileUnpacking(11)
