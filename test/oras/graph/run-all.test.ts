import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { TaskGroupError } from '../../../src/oras/errors/task-group-error.js'
import { runAll } from '../../../src/oras/graph/run-all.js'

describe('runAll()', () => {
  it('gives the results in the order of the tasks, whichever ends first', async () => {
    const tasks = [20, 1, 10].map((wait) => async () => {
      await sleep(wait)
      return wait
    })

    const results = await runAll(tasks, { concurrency: 3, signal: undefined })

    expect(results).toEqual([20, 1, 10])
  })

  it('runs no more tasks at once than it may', async () => {
    let running = 0
    let most = 0
    const tasks = Array.from({ length: 12 }, () => async () => {
      most = Math.max(most, ++running)
      await sleep(1)
      running--
    })

    await runAll(tasks, { concurrency: 3, signal: undefined })

    expect(most).toBe(3)
  })

  it('aborts the others after the first failure, waits for them, and rejects with that failure', async () => {
    const failure = new Error('the first')
    let ended = 0
    const endure = async (signal: AbortSignal): Promise<void> => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      await sleep(20)
      ended++
      throw new Error('a later one')
    }

    const run = runAll([endure, endure, () => Promise.reject(failure)], { concurrency: 3, signal: undefined })

    await expect(run).rejects.toBe(failure)
    expect(ended).toBe(2)
  })

  it('stops the others by a reason of its own, so that they can tell it from a cancelled call', async () => {
    const failure = new Error('the first')
    let reason: unknown
    const endure = async (signal: AbortSignal): Promise<void> => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      reason = signal.reason
    }

    await expect(runAll([endure, () => Promise.reject(failure)], { concurrency: 2, signal: undefined })).rejects.toBe(
      failure,
    )

    expect(reason).toBeInstanceOf(TaskGroupError)
    expect(reason).toMatchObject({ cause: failure })
  })

  it('starts no task that was still waiting when another failed', async () => {
    let started = 0
    const task = async (): Promise<void> => {
      started++
      throw new Error('no')
    }

    await expect(runAll([task, task, task], { concurrency: 1, signal: undefined })).rejects.toThrow('no')

    expect(started).toBe(1)
  })

  it('rejects with the reason of the signal, and leaves no listener on it', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const wait = (signal: AbortSignal): Promise<void> =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))

    const run = runAll([wait], { concurrency: 1, signal: controller.signal })
    controller.abort(reason)

    await expect(run).rejects.toBe(reason)
    await expect(runAll([wait], { concurrency: 1, signal: controller.signal })).rejects.toBe(reason)
  })

  it('has nothing to do without tasks', async () => {
    expect(await runAll([], { concurrency: 4, signal: undefined })).toEqual([])
  })
})
