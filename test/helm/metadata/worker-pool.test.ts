import { EventEmitter, getEventListeners, once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, describe, expect, it } from 'vitest'
import { WorkerFailure, WorkerPool } from '../../../src/helm/metadata/worker-pool.js'
import { skipBecause } from '../../support/skip-because.js'
import { catchError } from '../../support/catch-error.js'
import { nextTurn } from '../../support/event-loop.js'

/** Does what a task says; for `thread`, returns the id of its thread. */
const PROGRAM = `
  const { parentPort, threadId } = require('node:worker_threads')
  parentPort.postMessage('ready')
  parentPort.on('message', (task) => {
    if (task === 'thread') parentPort.postMessage(threadId)
    if (task === 'spin') { parentPort.postMessage('ready'); for (;;); }
    if (task === 'throw') throw new Error('broken')
    if (task === 'exit') process.exit(3)
    if (task === 'grow') for (const all = []; ;) all.push(Array(1000).fill(all.length))
    if (task.byteLength) parentPort.postMessage(task.byteLength)
  })`

const noLimits =
  Number(process.versions.node.split('.')[0]) >= 24
    ? 'a worker that runs out of memory was seen to abort the process on Node 24, and to hang on Node 26'
    : undefined

type Task = string | Uint8Array

const started: Worker[] = []

function openPool(program = PROGRAM): WorkerPool<Task, unknown> {
  return new WorkerPool(() => {
    const resourceLimits = { maxOldGenerationSizeMb: 32 }
    const worker = new Worker(program, { eval: true, execArgv: [], env: {}, resourceLimits })
    started.push(worker)
    return worker
  })
}

afterAll(async () => {
  await Promise.all(started.map(async (worker) => worker.terminate()))
})

/** Starts a task that never ends, and waits until it runs. */
async function spin(pool: WorkerPool<Task, unknown>, signal: AbortSignal): Promise<{ readonly end: Promise<unknown> }> {
  const before = started.length
  const end = catchError(async () => pool.run('spin', { signal }))
  while (started.length === before) await nextTurn()
  await once(started.at(-1) as Worker, 'message')
  return { end }
}

describe('a WorkerPool', () => {
  it('gives the next task to an idle worker, but starts a new worker after a large task', async () => {
    const pool = openPool()

    const first = await pool.run('thread', {})
    expect(await pool.run('thread', { isLarge: true })).toBe(first)
    expect(await pool.run('thread', {})).not.toBe(first)
  })

  it('hands over what is transferred', async () => {
    const bytes = new Uint8Array(10)

    expect(await openPool().run(bytes, { transfer: [bytes.buffer] })).toBe(10)
    expect(bytes.length).toBe(0)
  })

  it('ends the worker of a call whose signal aborts, and no other', async () => {
    const pool = openPool()
    const [one, other] = [new AbortController(), new AbortController()]
    const spinning = await spin(pool, one.signal)
    const [worker] = started.slice(-1) as [Worker]
    const second = await spin(pool, other.signal)
    const gone = once(worker, 'exit')

    one.abort(new Error('stop'))

    expect(await spinning.end).toBe(one.signal.reason)
    await gone
    expect(await pool.run('thread', {})).toEqual(expect.any(Number))
    other.abort(new Error('stop, too'))
    expect(await second.end).toBe(other.signal.reason)
  })

  it('runs two at once; the others wait in line, and give up when their signal aborts', async () => {
    const pool = openPool()
    const ends = Array.from({ length: 2 }, () => new AbortController())
    const spinning: { readonly end: Promise<unknown> }[] = []
    for (const { signal } of ends) spinning.push(await spin(pool, signal))
    const count = started.length
    const impatient = new AbortController()
    const waiting = [pool.run('thread', { signal: impatient.signal }), pool.run('thread', {}), pool.run('thread', {})]

    impatient.abort(new Error('enough'))

    await expect(waiting[0]).rejects.toBe(impatient.signal.reason)
    expect(started).toHaveLength(count)
    ends[0]?.abort(new Error('stop'))
    // Both run one after the other, in the one free place.
    expect(await Promise.all(waiting.slice(1))).toHaveLength(2)
    for (const end of ends) end.abort(new Error('stop'))
    await Promise.all(spinning.map(async ({ end }) => end))
  })

  it('leaves no listeners on the signal of many calls, which Node would report as a leak', async () => {
    const pool = openPool()
    const { signal } = new AbortController()
    const calls = Array.from({ length: 20 }, async () => pool.run('thread', { signal }))

    expect(getEventListeners(signal, 'abort')).toEqual([])
    expect(await Promise.all(calls)).toHaveLength(20)
  })

  it('starts nothing for a signal that has aborted', async () => {
    const count = started.length

    await expect(openPool().run('thread', { signal: AbortSignal.abort() })).rejects.toThrow()
    expect(started).toHaveLength(count)
  })

  it.each([
    ['throws', 'throw'],
    ['ends the worker', 'exit'],
  ])('refuses a task that %s, and does the next one', async (_, task) => {
    const pool = openPool()

    const error = await catchError(async () => pool.run(task, {}))

    expect(error).toBeInstanceOf(WorkerFailure)
    expect(error).toMatchObject({ hasStarted: true, isOutOfMemory: false })
    expect(await pool.run('thread', {})).toEqual(expect.any(Number))
  })

  it('knows that a worker has started, although its error arrives before its first message', async () => {
    // The two come through ports of their own; only the end comes after everything else.
    const late = Object.assign(new EventEmitter(), {
      ref: () => {},
      unref: () => {},
      terminate: async () => 1,
      postMessage: () => {
        setImmediate(() => {
          late.emit('error', new Error('broken'))
          late.emit('message', 'ready')
          late.emit('exit', 1)
        })
      },
    })
    const pool = new WorkerPool<Task, unknown>(() => late as unknown as Worker)

    const error = await catchError(async () => pool.run('throw', {}))

    expect(error).toMatchObject({ hasStarted: true, cause: { message: 'broken' } })
  })

  it.skipIf(skipBecause(noLimits, 'a worker that takes more memory than it may'))(
    'reports a task that takes more memory than it may',
    async () => {
      const pool = openPool()

      expect(await catchError(async () => pool.run('grow', {}))).toMatchObject({ isOutOfMemory: true })
      expect(await pool.run('thread', {})).toEqual(expect.any(Number))
    },
  )

  it.each([
    [
      'cannot be created',
      new WorkerPool<Task, unknown>(() => {
        throw new Error('Access to this API has been restricted')
      }),
    ],
    ['breaks before it runs', openPool('no program')],
  ])('distinguishes a worker that %s from one that fails', async (_, pool) => {
    expect(await catchError(async () => pool.run('thread', {}))).toMatchObject({ hasStarted: false })
    expect(await catchError(async () => pool.run('thread', {}))).toMatchObject({ hasStarted: false })
  })
})
