import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IdleTimer } from '../../../src/oras/http/idle-timer.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const start = (milliseconds = 100): { timer: IdleTimer; onSilence: ReturnType<typeof vi.fn<() => void>> } => {
  const onSilence = vi.fn<() => void>()
  return { timer: new IdleTimer(milliseconds, onSilence), onSilence }
}

describe('IdleTimer', () => {
  it('does not run before it is started', () => {
    start()

    expect(vi.getTimerCount()).toBe(0)
  })

  it('goes off once', () => {
    const { timer, onSilence } = start()

    timer.restart()
    vi.advanceTimersByTime(99)
    expect(onSilence).toHaveBeenCalledTimes(0)
    vi.advanceTimersByTime(1)
    expect(onSilence).toHaveBeenCalledTimes(1)
    timer.restart()
    vi.advanceTimersByTime(1000)
    expect(onSilence).toHaveBeenCalledTimes(1)
  })

  it('starts again whenever it is restarted, after a pause too', () => {
    const { timer, onSilence } = start()

    for (let count = 0; count < 10; count++) {
      timer.restart()
      vi.advanceTimersByTime(90)
    }
    timer.pause()
    vi.advanceTimersByTime(1000)
    timer.restart()
    vi.advanceTimersByTime(90)
    expect(onSilence).toHaveBeenCalledTimes(0)
    vi.advanceTimersByTime(10)
    expect(onSilence).toHaveBeenCalledTimes(1)
  })

  it('never runs again once it is closed', () => {
    const { timer, onSilence } = start()

    timer.restart()
    timer.close()
    timer.restart()

    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1000)
    expect(onSilence).toHaveBeenCalledTimes(0)
  })

  it('does not go off at once if it is longer than timers can be', () => {
    vi.useRealTimers()
    const warned = vi.spyOn(process, 'emitWarning')
    const { timer } = start(1e15)

    timer.restart()
    timer.close()

    expect(warned).toHaveBeenCalledTimes(0)
    warned.mockRestore()
  })
})
