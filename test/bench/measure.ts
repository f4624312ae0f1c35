/** What the cases of the benchmark share: how they are measured, and how they tell what came out. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Where a case finds what it needs. */
export interface Bench {
  /** A temporary folder. */
  readonly folder: string
  /** The host of the Distribution registry. */
  readonly host: string
}

/** What a case found. */
export interface Outcome {
  /** Lines of the table: what, ours, compared with, ratio, budget. */
  readonly rows: readonly string[]
  /** All that the medians and maxima were taken from. */
  readonly spread: string
  /** The budgets that were not kept. Only those of memory: times depend on the machine, and are only written down. */
  readonly failures: readonly string[]
}

export interface Measured {
  readonly seconds: number
  /** Resident, in KiB. */
  readonly peak: number
}

export const ROOT = join(import.meta.dirname, '../..')
/** The built package, as text in a script. */
export const PACKAGE = JSON.stringify(join(ROOT, 'dist/index.js'))
export const MEBIBYTE = 1024 ** 2
export const ROUNDS = 5
export const run = promisify(execFile)

/** Runs a script in a process of its own, so that nothing but the library is measured. */
export async function measureScript(script: string): Promise<Measured> {
  // On Linux, a process begins with the maxRSS of the one that forked it; only VmHWM is all its own.
  const measured = `
    import { readFileSync } from 'node:fs'
    const start = performance.now()
    ${script}
    const seconds = (performance.now() - start) / 1000
    const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
    const peak = Number(/VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
    console.log(JSON.stringify({ seconds, peak }))
  `
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', measured])
  return JSON.parse(stdout) as Measured
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Writes a list of seconds. */
export function listSeconds(values: readonly number[]): string {
  return `${values.map((each) => each.toFixed(2)).join(', ')} s`
}

/** Writes a list of peaks. */
export function listPeaks(values: readonly Measured[]): string {
  return `${values.map(({ peak }) => (peak / 1024).toFixed(0)).join(', ')} MiB`
}
