/** Measures one row of the table, in a process of its own: `measure-input.js <row> [<milliseconds until it is cancelled>]`. */
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { Answer, Served } from './worst-input.js'
import { worstInputs } from './worst-inputs.js'

/** The result of a measurement. */
export interface Measurement {
  readonly bytes: number
  /** The longest time between two turns of the event loop, and how far into the call it ended; in milliseconds. */
  readonly stall: number
  readonly stalledAt: number
  /** How long the call took, and how long processors worked for it, in milliseconds. */
  readonly time: number
  readonly cpu: number
  /** By how much the process grew, in MiB. */
  readonly memory: number
  /** From the time at which the call was to be cancelled to its rejection, in milliseconds; if it was cancelled. */
  readonly cancel?: number
  readonly outcome: string
}

const [row = '0', wait] = process.argv.slice(2)
const { make } = worstInputs[Number(row)] ?? { make: () => ({ bytes: 0, run: async () => sleep(300) }) }
const folder = await mkdtemp(join(tmpdir(), 'oras-helm-stalls-'))
const workers: Worker[] = []
/** The processor time that Linux has given to the first thread of the process. */
const SCHEDULER = `/proc/self/task/${process.pid}/schedstat`

async function serve(answers: readonly Answer[]): Promise<Served> {
  const worker = new Worker(new URL('answer-server.js', import.meta.url), { workerData: answers })
  workers.push(worker)
  const [port] = (await once(worker, 'message')) as [number]
  return { host: `127.0.0.1:${port}`, options: { credentials: () => undefined, proxy: false, retry: false } }
}

/** The memory of the process that Linux reports, in MiB. */
function readMemory(field: 'VmRSS' | 'VmHWM'): number {
  return Number(new RegExp(`${field}:\\s*(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024
}

/** How much processor time the process has had, in milliseconds. */
function processTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** How much of it this thread has had, if the system reports that. */
function threadTime(): number {
  if (!existsSync(SCHEDULER)) return processTime()
  return Number(readFileSync(SCHEDULER, 'latin1').split(' ')[0]) / 1_000_000
}

try {
  const { bytes, run } = await make(1, { folder, serve })
  globalThis.gc?.()
  await sleep(50)
  const controller = new AbortController()
  // Resets the peak of the memory to its present size.
  if (existsSync('/proc/self/clear_refs')) writeFileSync('/proc/self/clear_refs', '5')
  const memory = readMemory('VmRSS')
  const start = performance.now()
  const cpuStart = processTime()
  let [stall, stalledAt] = [0, 0]
  let last = { at: start, cpu: threadTime() }
  const look = (): void => {
    const now = { at: performance.now(), cpu: threadTime() }
    // Time in which other processes use the processor is not a stall of this one.
    const gap = Math.min(now.at - last.at, now.cpu - last.cpu)
    if (gap > stall) [stall, stalledAt] = [gap, now.at - start]
    last = now
  }
  const timer = setInterval(look, 1)
  if (wait !== undefined) setTimeout(() => controller.abort(new Error('cancelled')), Number(wait))
  const outcome = await run(controller.signal).then(
    () => 'read',
    (error: Error & { code?: string }) => error.code ?? error.message,
  )
  const end = performance.now()
  const cpu = processTime() - cpuStart
  look()
  clearInterval(timer)
  const measurement: Measurement = {
    bytes,
    stall,
    stalledAt,
    time: end - start,
    cpu,
    memory: readMemory('VmHWM') - memory,
    // Not from the time when the signal aborted: a call that stalls delays that, too.
    ...(wait !== undefined && { cancel: Math.max(0, end - start - Number(wait)) }),
    outcome,
  }
  console.log(JSON.stringify(measurement))
} finally {
  await Promise.all(workers.map(async (worker) => worker.terminate()))
  await rm(folder, { recursive: true, force: true })
}
process.exit()
