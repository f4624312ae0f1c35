/**
 * Makes one call in a process of its own, which may kill itself at one of its steps. A step is a call of the file system
 * or a request. Prints the names of the steps if it gets to the end.
 */
import { readdirSync, rmSync, statSync } from 'node:fs'
import * as fileSystem from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { loginRegistry, logoutRegistry, pullChart, pushChart, type PushChartOptions } from '../../src/index.js'
import { withLock } from '../../src/oras/lock/with-lock.js'

/** How a chart is pushed. */
export type PushHow = Pick<PushChartOptions, 'format' | 'tags'>

/** What the process does. */
export type Task =
  | { call: 'login'; registry: string; username: string; password: string; path: string }
  | { call: 'logout'; registry: string; path: string }
  | { call: 'pull'; reference: string; destination: string; untar?: boolean; overwrite?: boolean }
  | { call: 'push'; chart: string; reference: string; how: PushHow }
  | { call: 'count'; folder: string; times: number }

/** Where it kills itself: when, and at which of the steps of a name, counted from 1. */
export type Kill = readonly [when: 'before' | 'within' | 'after', step: string, which: number]

type Step = (this: unknown, ...args: unknown[]) => Promise<unknown>

const { task, kill } = JSON.parse(process.argv[2] ?? '{}') as { task: Task; kill?: Kill }
const steps: string[] = []

/** For asynchronous steps: does half of one. */
const HALVES: Readonly<Record<string, (step: Step, self: unknown, args: unknown[]) => Promise<void>>> = {
  async writeFile(step, self, args) {
    // A FileHandle has no path that could be printed.
    const at = typeof args[0] === 'string' && args.length > 1 ? 1 : 0
    const bytes = Buffer.from(args[at] as string | Uint8Array)
    await step.apply(self, args.with(at, bytes.subarray(0, bytes.length / 2)))
  },
  async writev(step, self, [chunks]) {
    const bytes = Buffer.concat(chunks as Uint8Array[])
    await step.call(self, [bytes.subarray(0, bytes.length / 2)])
  },
  rm(_step, _self, [path]) {
    removeFirst(path as string)
    return Promise.resolve()
  },
}

/** Removes one of the things in a folder, the deepest first. */
function removeFirst(path: string): void {
  const inside = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(path) : []
  if (inside[0] === undefined) rmSync(path, { recursive: true, force: true })
  else removeFirst(join(path, inside[0]))
}

function watch(name: string, step: Step): Step {
  return async function (this: unknown, ...args) {
    steps.push(name)
    const [when, where, which] = kill ?? []
    const isLast = where === name && steps.filter((each) => each === name).length === which
    if (isLast && when === 'before') die()
    if (isLast && when === 'within') {
      await HALVES[name]?.(step, this, args)
      die()
    }
    try {
      return await step.apply(this, args)
    } finally {
      if (isLast) die()
    }
  }
}

/** For synchronous steps. */
function watchSync(name: string, step: (...args: unknown[]) => unknown): (...args: unknown[]) => unknown {
  return (...args) => {
    steps.push(name)
    const [, where, which] = kill ?? []
    if (where === name && steps.filter((each) => each === name).length === which) die()
    return step(...args)
  }
}

function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** Replaces functions by functions that count their calls. */
function watchAll(functions: Record<string, unknown>): void {
  for (const name of Object.getOwnPropertyNames(functions)) {
    const step = functions[name]
    if (typeof step === 'function' && name !== 'constructor') functions[name] = watch(name, step as Step)
  }
}

const handle = await fileSystem.open(process.execPath)
const methods = Object.getPrototypeOf(handle) as Record<string, unknown>
await handle.close()
for (const name of ['read', 'write', 'writev', 'writeFile', 'sync', 'chown', 'close'])
  methods[name] = watch(name, methods[name] as Step)
watchAll(createRequire(import.meta.url)('node:fs/promises') as Record<string, unknown>)
const synchronous = createRequire(import.meta.url)('node:fs') as Record<string, (...args: unknown[]) => unknown>
for (const name of ['mkdirSync', 'unlinkSync', 'rmdirSync'])
  synchronous[name] = watchSync(name, synchronous[name] as (...args: unknown[]) => unknown)
syncBuiltinESMExports()
const options = { fetch: watch('request', fetch as Step) as unknown as typeof fetch, credentials: 'anonymous' } as const

/** Adds one to the number in a file, so many times: work that needs a lock. */
async function countUp({ folder, times }: Extract<Task, { call: 'count' }>): Promise<void> {
  const path = join(folder, 'count')
  for (let time = 0; time < times; time++) {
    await withLock(folder, undefined, async () => {
      const count = Number(await fileSystem.readFile(path, 'utf8'))
      await fileSystem.writeFile(path, String(count + 1))
    })
  }
}

switch (task.call) {
  case 'login':
    await loginRegistry(task.registry, task, { path: task.path, fetch: options.fetch })
    break
  case 'logout':
    await logoutRegistry(task.registry, { path: task.path })
    break
  case 'pull': {
    const { destination, untar, overwrite } = task
    await pullChart(task.reference, { ...options, destination, untar, overwrite })
    break
  }
  case 'push':
    await pushChart(task.chart, task.reference, { ...options, ...task.how })
    break
  case 'count':
    await countUp(task)
    break
}
process.stdout.write(JSON.stringify(steps))
