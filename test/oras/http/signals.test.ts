import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { delaySignal } from '../../../src/oras/http/signals.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('delaySignal()', () => {
  it('aborts so much later, with the same reason', () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const { signal } = delaySignal(controller.signal, () => 75)

    controller.abort(reason)
    vi.advanceTimersByTime(74)
    expect(signal.aborted).toBe(false)
    vi.advanceTimersByTime(1)

    expect(signal.aborted).toBe(true)
    expect(signal.reason).toBe(reason)
  })

  it('counts from now for a signal that was aborted before', () => {
    const { signal } = delaySignal(AbortSignal.abort('enough'), () => 75)

    vi.advanceTimersByTime(75)

    expect(signal.reason).toBe('enough')
  })

  it('never aborts without a signal', () => {
    const delayed = delaySignal(undefined, () => 75)

    vi.advanceTimersByTime(1000)
    delayed.clear()

    expect(delayed.signal.aborted).toBe(false)
  })

  it('leaves neither a listener nor a timer once it is cleared', () => {
    const waiting = new AbortController()
    const aborted = new AbortController()
    const delays = [delaySignal(waiting.signal, () => 75), delaySignal(aborted.signal, () => 75)]
    aborted.abort()

    for (const delay of delays) delay.clear()

    expect(getEventListeners(waiting.signal, 'abort')).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
