import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TaskGroupError } from '../../src/oras/errors/task-group-error.js'
import { delaySignal, abortable, untilAborted } from '../../src/oras/signals.js'
import { catchError } from '../support/catch-error.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const reason = new Error('enough')
const never = new Promise<never>(() => {})

describe('untilAborted()', () => {
  it('rejects with the reason of the signal, whatever the promise does', async () => {
    const controller = new AbortController()
    const waiting = untilAborted(never, controller.signal)
    controller.abort(reason)

    await expect(waiting).rejects.toBe(reason)
    await expect(untilAborted(never, controller.signal)).rejects.toBe(reason)
  })

  it('takes the result of a promise that settles within the time of grace, and leaves no timer', async () => {
    const signal = AbortSignal.abort(reason)
    const slow = new Promise((resolve) => setTimeout(() => resolve('done'), 89))

    const waiting = untilAborted(slow, signal, 90)
    const forsaken = catchError(() => untilAborted(never, signal, 90))
    await vi.advanceTimersByTimeAsync(89)

    expect(await waiting).toBe('done')
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await forsaken).toBe(reason)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('stoppable()', () => {
  it.each([undefined, new AbortController().signal])('passes on values and errors', async (signal) => {
    const got: number[] = []
    const failing = async function* (): AsyncGenerator<number> {
      yield 1
      yield 2
      throw new Error('broken')
    }

    const error = await catchError(async () => {
      for await (const each of abortable(failing(), signal)) got.push(each)
    })

    expect(got).toEqual([1, 2])
    expect(error.message).toBe('broken')
    for await (const each of abortable([3], signal)) got.push(each)
    expect(got).toEqual([1, 2, 3])
  })

  it.each([undefined, new AbortController().signal])('closes the source that is left early', async (signal) => {
    let isClosed = false
    const source = async function* (): AsyncGenerator<number> {
      try {
        yield 1
        yield 2
      } finally {
        isClosed = true
      }
    }

    for await (const _ of abortable(source(), signal)) break

    expect(isClosed).toBe(true)
  })

  it('rejects with the reason of the signal although the source still waits, and tells it to stop', async () => {
    const controller = new AbortController()
    let stops = 0
    const deaf: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => never, return: async () => (stops++, never) }),
    }

    const reading = abortable(deaf, controller.signal).next()
    controller.abort(reason)

    await expect(reading).rejects.toBe(reason)
    expect(stops).toBe(1)
    await expect(abortable(deaf, controller.signal).next()).rejects.toBe(reason)
  })

  it('leaves no unhandled rejection if the source fails afterwards', async () => {
    const controller = new AbortController()
    let fail: (error: Error) => void = () => {}
    const late: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((_, reject) => (fail = reject)),
        return: () => Promise.reject(new Error('closed badly')),
      }),
    }

    const reading = abortable(late, controller.signal).next()
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)

    // Vitest fails on an unhandled rejection.
    fail(new Error('late'))
  })
})

describe('delaySignal()', () => {
  const delay = { cancelled: 75, failed: 5000 }

  it('aborts so much later, with the same reason', () => {
    const controller = new AbortController()
    const { signal } = delaySignal(controller.signal, delay)

    controller.abort(reason)
    vi.advanceTimersByTime(74)
    expect(signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)

    expect(signal.aborted).toBe(true)
    expect(signal.reason).toBe(reason)
  })

  it('counts from now for a signal that was aborted before', () => {
    const { signal } = delaySignal(AbortSignal.abort('enough'), delay)

    vi.advanceTimersByTime(75)

    expect(signal.reason).toBe('enough')
  })

  it('takes longer after a failure, until the caller cancels: then it is soon over', () => {
    const call = new AbortController()
    const outer = new AbortController()
    const inner = AbortSignal.abort(new TaskGroupError('inner', outer.signal))
    const { signal } = delaySignal(inner, delay)

    vi.advanceTimersByTime(1000)
    outer.abort(new TaskGroupError('outer', call.signal))
    vi.advanceTimersByTime(3000)
    expect(signal.aborted).toBe(false)

    call.abort(reason)
    vi.advanceTimersByTime(75)
    expect(signal.reason).toBe(reason)
  })

  it('ends after a failure even without a cancellation, and no later if more fails', () => {
    const outer = new AbortController()
    const { signal } = delaySignal(AbortSignal.abort(new TaskGroupError('inner', outer.signal)), delay)

    vi.advanceTimersByTime(4000)
    outer.abort(new TaskGroupError('outer'))
    vi.advanceTimersByTime(1000)

    expect(signal.aborted).toBe(true)
  })

  it('ends when it is told to, or earlier', () => {
    const controller = new AbortController()
    const free = delaySignal(controller.signal, delay)
    const bound = delaySignal(AbortSignal.abort(reason), delay)

    free.endIn(1000)
    bound.endIn(1000)
    vi.advanceTimersByTime(75)
    expect([free.signal.aborted, bound.signal.aborted]).toEqual([false, true])
    vi.advanceTimersByTime(925)
    expect(free.signal.aborted).toBe(true)
  })

  it('never aborts without a signal', () => {
    const delayed = delaySignal(undefined, delay)

    vi.advanceTimersByTime(10_000)
    delayed.clear()

    expect(delayed.signal.aborted).toBe(false)
  })

  it('leaves neither a listener nor a timer once it is cleared', () => {
    const waiting = new AbortController()
    const aborted = new AbortController()
    const delays = [delaySignal(waiting.signal, delay), delaySignal(aborted.signal, delay)]
    aborted.abort()

    for (const each of delays) each.clear()

    expect(getEventListeners(waiting.signal, 'abort')).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
