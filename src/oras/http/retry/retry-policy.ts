/** The option `retry`: how often, how soon and for how long a request is retried, with the defaults. */
import {
  aFunction,
  must,
  type OptionCheck,
  type OptionChecks,
  readOptions,
  wholeNumber,
} from '../../errors/read-options.js'
import { isObject, wrongArgument } from '../../errors/wrong-argument.js'
import { dependentSignal } from '../../signals.js'
import { MAX_TIMER_DELAY } from '../idle-timer.js'

/** The clock that retries use. */
export interface RetryClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Waits; may resolve early when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>
}

/**
 * How a request is retried. It is retried after the statuses 408, 429, 500, 502, 503 and 504, after a broken connection,
 * and once after the idle timeout. It is not retried if a quota is used up, if the host name is unknown, if the host
 * refuses the connection, or if its certificate is not trusted.
 *
 * @example
 * ```ts
 * import { Repository, type RetryOptions } from 'oras-helm/oras'
 *
 * const retry: RetryOptions = { retries: 5, deadline: 120_000 }
 * const repository = new Repository('localhost:5000/app', { retry })
 * console.log(await repository.resolve('latest'))
 * ```
 */
export interface RetryOptions {
  /**
   * How often one request is retried.
   *
   * @default 3
   */
  readonly retries?: number | undefined
  /**
   * The longest wait before the first retry, in milliseconds; it doubles with each retry. The actual wait is a random part
   * of it, so that many clients do not retry at the same moment.
   *
   * @default 300
   */
  readonly minDelay?: number | undefined
  /**
   * The longest wait before a retry, in milliseconds. A longer wait that the registry asks for by Retry-After still
   * counts.
   *
   * @default 10_000
   */
  readonly maxDelay?: number | undefined
  /**
   * In milliseconds: how long after its first failure a request may still be retried, and how long all waits of one call,
   * or of one `Repository`, may take together. If the registry asks for a longer wait, the call fails at once.
   *
   * @default 60_000
   */
  readonly deadline?: number | undefined
  /**
   * How many retries all requests of one call, or of one `Repository`, have together. Ten successful requests give one
   * back.
   *
   * @default 10
   */
  readonly budget?: number | undefined
  /**
   * Returns a random number from 0 up to 1.
   *
   * @default `Math.random`
   */
  readonly random?: (() => number) | undefined
  /**
   * Another clock, for tests.
   *
   * @default the clock of the system
   */
  readonly clock?: RetryClock | undefined
}

/** The options with all defaults filled in. */
export type RetryPolicy = { readonly [Option in keyof RetryOptions]-?: NonNullable<RetryOptions[Option]> }

const milliseconds: OptionCheck = (value, what) => {
  const isRight = Number.isFinite(value) && (value as number) >= 0
  if (!isRight) throw wrongArgument(what, 'a number of milliseconds from 0', value)
}

function retryChecks(): OptionChecks<RetryOptions> {
  return {
    retries: wholeNumber(0),
    minDelay: milliseconds,
    maxDelay: milliseconds,
    deadline: milliseconds,
    budget: wholeNumber(0),
    random: aFunction,
    clock: must(
      '{ now, sleep }',
      (value) => isObject(value) && typeof value['now'] === 'function' && typeof value['sleep'] === 'function',
    ),
  }
}

/** Checks the option `retry`. */
export const checkRetry: OptionCheck = (value, what) => {
  if (value === false) return
  if (!isObject(value)) throw wrongArgument(what, 'an object or false', value)
  readOptions<RetryOptions>(value, retryChecks(), what)
}

/**
 * Fills in the defaults; the options must be checked already.
 *
 * @returns `undefined` if the option is `false`.
 */
export function createRetryPolicy(options: RetryOptions | false = {}): RetryPolicy | undefined {
  if (options === false) return undefined
  const { retries = 3, minDelay = 300, maxDelay = 10_000, deadline = 60_000, budget = 10 } = options
  const { random = Math.random, clock = SYSTEM } = options
  return { retries, minDelay, maxDelay, deadline, budget, random, clock }
}

const SYSTEM: RetryClock = {
  now: () => Date.now(),
  sleep(milliseconds, signal) {
    const own = signal && dependentSignal(signal)
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        own?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(milliseconds, MAX_TIMER_DELAY))
      own?.addEventListener('abort', end, { once: true })
    })
  },
}
