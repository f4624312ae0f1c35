/** Processes that make one call, and are killed at a step of it. */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'
import type { Kill, Task } from './act-in-process.js'

/** Where Node finds the packages, from a file in it. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache')

let program: string

/** Builds the program for the test file that calls this: Node starts that in a tenth of the time that the sources take. */
export function buildProgram(): void {
  beforeAll(async () => {
    mkdirSync(CACHE, { recursive: true })
    program = join(mkdtempSync(join(CACHE, 'act-in-process-')), 'program.mjs')
    await build({
      entryPoints: [join(import.meta.dirname, 'act-in-process.ts')],
      outfile: program,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      target: 'node20',
    })
  })
  afterAll(() => rm(join(program, '..'), { recursive: true, force: true }))
}

/**
 * Does a task in a process of its own.
 *
 * @returns the names of its steps, or `undefined` if it was killed.
 * @throws if it failed.
 */
export async function act(task: Task, kill?: Kill): Promise<readonly string[] | undefined> {
  const child = spawn(process.execPath, [program, JSON.stringify({ task, kill })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const [code, signal] = await new Promise<[code: number | null, signal: string | null]>((resolve) => {
    child.once('close', (...ended) => resolve(ended))
  })
  if (signal === 'SIGKILL') return undefined
  if (code !== 0) throw new Error(errors)
  return JSON.parse(output) as string[]
}

const HAS_HALVES: ReadonlySet<string> = new Set(['writeFile', 'writev', 'rm'])

/** All the points at which a call can be killed, by the names of its steps. */
export function listKills(steps: readonly string[]): readonly Kill[] {
  return steps.flatMap((name, index): readonly Kill[] => {
    const which = steps.slice(0, index + 1).filter((each) => each === name).length
    // After a synchronous step nothing happens before the next step, so it is enough to be killed before that.
    if (name.endsWith('Sync')) return [['before', name, which]]
    const when = HAS_HALVES.has(name) ? (['before', 'within', 'after'] as const) : (['before', 'after'] as const)
    return when.map((each) => [each, name, which])
  })
}
