import { describe, expect, it, vi } from 'vitest'
import { Repository } from '../../../../src/oras/registry/repository.js'
import { createRetryPolicy, type RetryOptions } from '../../../../src/oras/http/retry/retry-policy.js'

describe('createRetryPolicy()', () => {
  it('has a default for everything', () => {
    expect(createRetryPolicy()).toMatchObject({
      retries: 3,
      minDelay: 300,
      maxDelay: 10_000,
      deadline: 60_000,
      budget: 10,
      random: Math.random,
    })
    expect(createRetryPolicy({ retries: undefined, budget: 3 })).toMatchObject({ retries: 3, budget: 3 })
  })

  it('is undefined for false', () => {
    expect(createRetryPolicy(false)).toBeUndefined()
  })

  it.each<[option: unknown, message: string]>([
    [true, 'the option retry must be an object or false, not true'],
    [null, 'the option retry must be an object or false, not null'],
    [3, 'the option retry must be an object or false, not the number 3'],
    [{ retries: -1 }, 'the option retry.retries must be a whole number from 0, not the number -1'],
    [{ retries: 1.5 }, 'the option retry.retries must be a whole number from 0, not the number 1.5'],
    [{ retries: Infinity }, 'the option retry.retries must be a whole number from 0, not the number Infinity'],
    [{ budget: '3' }, 'the option retry.budget must be a whole number from 0, not a string'],
    [{ minDelay: -1 }, 'the option retry.minDelay must be a number of milliseconds from 0, not the number -1'],
    [{ maxDelay: NaN }, 'the option retry.maxDelay must be a number of milliseconds from 0, not the number NaN'],
    [
      { deadline: Infinity },
      'the option retry.deadline must be a number of milliseconds from 0, not the number Infinity',
    ],
    [{ random: 0.5 }, 'the option retry.random must be a function, not the number 0.5'],
    [{ clock: {} }, 'the option retry.clock must be { now, sleep }, not an object'],
    [{ clock: null }, 'the option retry.clock must be { now, sleep }, not null'],
    [{ retrys: 1 }, 'the option retry.retrys is not known: did you mean retries?'],
  ])('refuses %j, before anything is sent', (option, message) => {
    const open = (): unknown => new Repository('localhost:1/a', { retry: option as RetryOptions })

    expect(open).toThrow(new TypeError(message))
  })
})

describe('the clock of the system', () => {
  const { clock } = createRetryPolicy() as NonNullable<ReturnType<typeof createRetryPolicy>>

  it('waits as long as it is told, and stops with a signal, leaving nothing behind', async () => {
    vi.useFakeTimers()
    try {
      const ended: string[] = []
      const controller = new AbortController()
      void clock.sleep(1000, undefined).then(() => ended.push('slept'))
      void clock.sleep(5000, controller.signal).then(() => ended.push('stopped'))

      await vi.advanceTimersByTimeAsync(999)
      expect(ended).toEqual([])
      await vi.advanceTimersByTimeAsync(1)
      expect(ended).toEqual(['slept'])
      controller.abort()
      await vi.advanceTimersByTimeAsync(0)
      expect(ended).toEqual(['slept', 'stopped'])
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('does wait if the time is too long for a timer', async () => {
    vi.useFakeTimers()
    try {
      let isOver = false
      void clock.sleep(2 ** 40, undefined).then(() => (isOver = true))

      await vi.advanceTimersByTimeAsync(60_000)

      expect(isOver).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })
})
