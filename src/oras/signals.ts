/** What follows a signal: waiting that it ends, streams that it ends, and a signal that comes a little later. */
import { TaskGroupError } from './errors/task-group-error.js'

/** How many milliseconds a call that is cancelled may take to tidy up. */
export const TIDYING = 75

/** After so many milliseconds, what has not stopped by itself is left to itself. */
export const STOPPING = 90

/**
 * Waits for a promise; rejects with the reason of the signal as soon as it aborts, whatever the promise does then.
 *
 * @param grace How many milliseconds the promise may take to settle after the signal has aborted.
 */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  grace: number = 0,
): Promise<T> {
  if (!signal) return promise
  const own = follow(signal)
  let stop = (): void => {}
  let timer: NodeJS.Timeout | undefined
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(signal.reason as Error)
    stop = () => {
      if (grace > 0) timer = setTimeout(end, grace)
      else end()
    }
    if (own.aborted) stop()
    else own.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([aborted, promise])
  } finally {
    own.removeEventListener('abort', stop)
    clearTimeout(timer)
  }
}

/**
 * Hands on what a source delivers; throws the reason of the signal as soon as it aborts, whatever the source does then:
 * it is told to stop, and no longer waited for.
 */
export async function* stoppable<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  if (!signal) {
    yield* source
    return
  }
  const own = follow(signal)
  const iterator = iterate(source)
  let fail: (reason: unknown) => void = () => {}
  const stop = (): void => fail(signal.reason)
  own.addEventListener('abort', stop)
  let isOver = false
  try {
    for (;;) {
      const next = iterator.next()
      const { done, value } = await new Promise<IteratorResult<T>>((resolve, reject) => {
        fail = reject
        next.then(resolve, (error: unknown) => {
          isOver = true
          reject(error as Error)
        })
        if (signal.aborted) stop()
      })
      isOver = done === true
      if (isOver) return
      yield value as T
    }
  } finally {
    own.removeEventListener('abort', stop)
    if (!isOver) {
      const closed = Promise.resolve(iterator.return?.())
      if (signal.aborted) closed.catch(() => {})
      else await closed
    }
  }
}

function iterate<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]()
  return (async function* () {
    yield* source
  })()
}

/** A signal that has to be cleared when it is needed no longer. */
export interface DelayedSignal {
  readonly signal: AbortSignal
  /** Lets it abort after so many milliseconds, if it does not do so sooner. */
  endIn(milliseconds: number): void
  clear(): void
}

/** How many milliseconds later a signal comes. */
export interface Delay {
  /** After the caller has cancelled the call. */
  readonly cancelled: number
  /** After another part of the call has failed; it is cut short if the caller cancels then. */
  readonly failed: number
}

/** Makes a signal that aborts some time after `signal` does, with the same reason. */
export function delaySignal(signal: AbortSignal | undefined, { cancelled, failed }: Delay): DelayedSignal {
  const delayed = new AbortController()
  const stops: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  const abortIn = (milliseconds: number, reason?: unknown): void => {
    clearTimeout(timer)
    timer = setTimeout(() => delayed.abort(reason), milliseconds)
  }
  const watch = (each: AbortSignal): void => {
    const own = follow(each)
    const start = (): void => {
      const reason: unknown = own.reason
      const isFailure = reason instanceof TaskGroupError
      if (!isFailure) abortIn(cancelled, reason)
      else if (!timer) abortIn(failed, reason)
      if (isFailure && reason.call) watch(reason.call)
    }
    if (own.aborted) return start()
    own.addEventListener('abort', start, { once: true })
    stops.push(() => own.removeEventListener('abort', start))
  }
  if (signal) watch(signal)
  return {
    signal: delayed.signal,
    endIn(milliseconds) {
      if (!timer) abortIn(milliseconds)
    },
    clear() {
      for (const stop of stops) stop()
      clearTimeout(timer)
    },
  }
}

/** Makes a signal to listen to: many listeners at one that was given would look like a leak to Node. */
export function follow(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal])
}
