/** Time that passes only while nothing else happens, so that tests of time-outs take no time and no machine is too slow. */
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { onTestFinished, vi } from 'vitest'
import { createChart, pullChart, pushChart } from '../../src/index.js'
import { startRegistry } from '../../src/testing/index.js'
import { untilIdle } from './event-loop.js'

/**
 * For the rest of a test, timers go off one after the other, each as soon as the process would do nothing until then.
 * A silence of a second takes no time, and no silence is seen while bytes are on their way, however slow the machine is.
 * `Date` and `performance.now()` show this time. `AbortSignal.timeout` keeps to the clock of the system.
 */
export function skipWaiting(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] })
  const restoreSleep = fakeSleep()
  let isOver = false
  const drive = async (): Promise<void> => {
    for (;;) {
      await untilIdle()
      if (isOver) return
      await vi.advanceTimersToNextTimerAsync()
    }
  }
  const driven = drive()
  onTestFinished(async () => {
    isOver = true
    await driven
    restoreSleep()
    vi.useRealTimers()
  })
}

/** Puts the timers of the test behind `setTimeout` of `node:timers/promises`, which Vitest leaves alone. */
function fakeSleep(): () => void {
  const promises = createRequire(import.meta.url)('node:timers/promises') as { setTimeout: unknown }
  const original = promises.setTimeout
  const replace = (sleep: unknown): void => {
    promises.setTimeout = sleep
    syncBuiltinESMExports()
  }
  replace(
    (milliseconds: number, value: unknown, { signal }: { readonly signal?: AbortSignal } = {}): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const abort = (): void => {
          clearTimeout(timer)
          reject(new DOMException('The operation was aborted', 'AbortError'))
        }
        const timer = setTimeout(() => {
          signal?.removeEventListener('abort', abort)
          resolve(value)
        }, milliseconds)
        if (signal?.aborted) abort()
        else signal?.addEventListener('abort', abort, { once: true })
      }),
  )
  return () => replace(original)
}

// Loads what would be loaded on first use: Vitest loads modules in another process, and the global fetch compiles its parser
// in another thread, both of which would look like silence.
const registry = await startRegistry()
const chart = await createChart([
  { path: 'Chart.yaml', bytes: Buffer.from('name: warm\nversion: 1.0.0\napiVersion: v2') },
])
await pushChart(chart, `${registry.host}/warm:v1`)
await pullChart(`${registry.host}/warm:v1`)
await (await fetch(registry.url)).arrayBuffer()
await registry.close()
