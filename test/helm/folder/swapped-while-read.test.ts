import { vi } from 'vitest'
import { describeSwapsWhileReading } from './describe-swapped-while-read.js'

// Both modules work as usual, but before their calls another program changes the disk.
vi.mock('node:fs', async (original) => (await import('../../support/before-call.js')).countCalls(await original()))
vi.mock('node:fs/promises', async (original) =>
  (await import('../../support/before-call.js')).countCalls(await original()),
)

describeSwapsWhileReading(13)
