import { describe, expect, it } from 'vitest'
import { SingleFlight } from '../../../../src/oras/registry/auth/single-flight.js'
import { catchError } from '../../../support/catch-error.js'

interface Asking<T> {
  readonly load: () => Promise<T>
  readonly count: () => number
  readonly answers: ((answer: T) => void)[]
  readonly fails: ((error: Error) => void)[]
}

function asking<T>(): Asking<T> {
  const answers: ((answer: T) => void)[] = []
  const fails: ((error: Error) => void)[] = []
  const load = (): Promise<T> =>
    new Promise((resolve, reject) => {
      answers.push(resolve)
      fails.push(reject)
    })
  return { load, answers, fails, count: () => answers.length }
}

describe('SingleFlight', () => {
  it('asks once for all callers at the same time, and for later ones', async () => {
    const { load, answers, count } = asking<string>()
    const shared = new SingleFlight<string>()

    const waiting = Promise.all([1, 2, 3].map(() => shared.get({ load, signal: undefined })))
    answers[0]?.('yes')

    expect(await waiting).toEqual(['yes', 'yes', 'yes'])
    expect(await shared.get({ load, signal: undefined })).toBe('yes')
    expect(count()).toBe(1)
    expect(shared.isCached).toBe(true)
  })

  it('fails for all waiting callers, and asks again the next time', async () => {
    const { load, answers, fails } = asking<string>()
    const shared = new SingleFlight<string>()

    const waiting = Promise.allSettled([1, 2].map(() => shared.get({ load, signal: undefined })))
    fails[0]?.(new Error('no'))
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    const next = shared.get({ load, signal: undefined })
    answers[1]?.('yes')

    expect(await next).toBe('yes')
  })

  it('asks again when the caller that asked was cancelled', async () => {
    const { load, answers, fails } = asking<string>()
    const shared = new SingleFlight<string>()
    const controller = new AbortController()

    const cancelled = catchError(() => shared.get({ load, signal: controller.signal }))
    const other = shared.get({ load, signal: undefined })
    const reason = new Error('enough')
    controller.abort(reason)
    fails[0]?.(reason)

    expect(await cancelled).toBe(reason)
    while (answers.length < 2) await Promise.resolve()
    answers[1]?.('yes')
    expect(await other).toBe('yes')
  })

  it('stops waiting at the signal, although the shared request continues', async () => {
    const { load, answers } = asking<string>()
    const shared = new SingleFlight<string>()
    const controller = new AbortController()

    const first = shared.get({ load, signal: undefined })
    const second = catchError(() => shared.get({ load, signal: controller.signal }))
    controller.abort(new Error('enough'))

    expect((await second).message).toBe('enough')
    answers[0]?.('yes')
    expect(await first).toBe('yes')
  })

  it('asks once more for a value that is no longer good', async () => {
    let asked = 0
    const load = async (): Promise<number> => ++asked
    const shared = new SingleFlight<number>()
    await shared.get({ load, signal: undefined })

    const isValid = (answer: number): boolean => answer > 1
    expect(await Promise.all([1, 2].map(() => shared.get({ load, signal: undefined, isValid })))).toEqual([2, 2])
    expect(asked).toBe(2)
  })

  it('forgets what is bad, and nothing newer', async () => {
    let asked = 0
    const load = async (): Promise<number> => ++asked
    const shared = new SingleFlight<number>()
    await shared.get({ load, signal: undefined })

    shared.forget((answer) => answer === 7)
    expect(shared.isCached).toBe(true)
    shared.forget((answer) => answer === 1)
    expect(shared.isCached).toBe(false)
    const next = shared.get({ load, signal: undefined })
    shared.forget()
    expect(await next).toBe(2)
    expect(await shared.get({ load, signal: undefined })).toBe(2)
  })

  it('asks nothing for a signal that is aborted already', async () => {
    const { load, count } = asking<string>()

    await catchError(() => new SingleFlight<string>().get({ load, signal: AbortSignal.abort(new Error('enough')) }))

    expect(count()).toBe(0)
  })
})
