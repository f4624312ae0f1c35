/** How the benchmark measures: whole processes from start to exit, or what a script says it took. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface Measured {
  readonly seconds: number
  /** Resident, in MiB; 0 where it is not known. */
  readonly peak: number
  /** What else is worth telling. */
  readonly note?: string
}

export const ROOT = join(import.meta.dirname, '../..')
/** The built package, as text in a script. */
export const PACKAGE = JSON.stringify(join(ROOT, 'dist/index.js'))
export const MEBIBYTE = 1024 ** 2
export const run = promisify(execFile)

export interface ProcessOptions {
  /** Added to those of this process. */
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** How often the peak of a process is looked up, in milliseconds: the system only ever raises it. */
const LOOK = 10

/**
 * Runs a program from its start to its exit.
 *
 * @throws {Error} with what it has said, if it fails.
 */
export async function measureProcess(
  command: string,
  args: readonly string[],
  { env = {}, cwd }: ProcessOptions = {},
): Promise<Measured> {
  const start = performance.now()
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk))
  let peak = 0
  const look = async (): Promise<void> => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024)
  }
  const timer = setInterval(() => void look(), LOOK)
  const [code] = (await once(child, 'close').finally(() => clearInterval(timer))) as [number | null]
  const seconds = (performance.now() - start) / 1000
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${Buffer.concat(output).toString()}`)
  // What a shell starts has a peak memory of its own, which is not measured here.
  return { seconds, peak: command === 'bash' ? 0 : peak }
}

/** Runs a script as a process of its own, from its start to its exit. */
export async function measureNode(script: string): Promise<Measured> {
  return measureProcess(process.execPath, ['--input-type=module', '-e', script])
}

/**
 * Runs a script in a process of its own that measures a part of itself.
 *
 * @param script Sets `seconds`, which is declared for it.
 */
export async function measureScript(script: string): Promise<Measured> {
  // On Linux, a process begins with the maxRSS of the one that forked it; only VmHWM is all its own.
  const measured = `
    import { readFileSync } from 'node:fs'
    let seconds = 0
    ${script}
    const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
    const peak = Number(/VmHWM:\\s*(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS) / 1024
    console.log(JSON.stringify({ seconds, peak }))
  `
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', measured])
  return JSON.parse(stdout) as Measured
}

/** The part of a script that is measured. */
export function timed(statements: string): string {
  return `
    const start = performance.now()
    ${statements}
    seconds = (performance.now() - start) / 1000
  `
}
