/** How often, how soon and how long a request is sent again: the policy, its defaults, and its limits. */
import {
  aFunction,
  must,
  type OptionCheck,
  type OptionChecks,
  readOptions,
  wholeNumber,
} from '../../errors/read-options.js'
import { isObject, wrongArgument } from '../../errors/wrong-argument.js'
import { follow } from '../../signals.js'
import { LONGEST_TIMER } from '../silence-timer.js'

/** The time that a retry goes by. */
export interface RetryClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Waits; may stop early when the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>
}

/**
 * When a request is sent again: after 408, 429, 500, 502, 503 and 504, after a connection that broke, once after a
 * silence, and where the text of a good answer broke off. Not after an answer that says that a quota is used up, nor if
 * the host is not known, refuses, or has a certificate that is not trusted.
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
  /** How often one request is sent again. Default: 3. */
  readonly retries?: number | undefined
  /**
   * The longest wait before the first retry, in milliseconds; it doubles with each. How much of it is waited is chosen
   * at random, so that those whom a registry sent away together do not come back together. Default: 300.
   */
  readonly minDelay?: number | undefined
  /** The longest wait, in milliseconds, unless the registry asks for a longer one by Retry-After. Default: 10 000. */
  readonly maxDelay?: number | undefined
  /**
   * How many milliseconds after the first failure of a request a retry of it may still start, and how long all waits of
   * one call, or of one `Repository`, may be together. A registry that asks to wait for longer is not waited for: the
   * call fails at once. Default: 60 000, one minute.
   */
  readonly deadline?: number | undefined
  /**
   * How many retries all requests of one call, or of one `Repository`, have together, so that they do not multiply
   * where everything fails. Ten requests that go well give one back. Default: 10.
   */
  readonly budget?: number | undefined
  /** A number from 0 up to 1, as `Math.random`, which is the default. */
  readonly random?: (() => number) | undefined
  /** For tests: another time to go by. Default: that of the system. */
  readonly clock?: RetryClock | undefined
}

/** A policy without gaps. */
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

/** Checks the option retry. */
export const checkRetry: OptionCheck = (value, what) => {
  if (value === false) return
  if (!isObject(value)) throw wrongArgument(what, 'an object or false', value)
  readOptions<RetryOptions>(value, retryChecks(), what)
}

/**
 * Fills in the defaults of options that have been checked.
 *
 * @returns `undefined` if nothing is to be tried again.
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
    const own = signal && follow(signal)
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        own?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, Math.min(milliseconds, LONGEST_TIMER))
      own?.addEventListener('abort', end, { once: true })
    })
  },
}
