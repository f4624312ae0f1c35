/** Waiting and streams that an `AbortSignal` stops, and signals that abort a little later than another one. */
import { TaskGroupError } from './errors/task-group-error.js'

/** How many milliseconds a cancelled call may take to clean up. */
export const CLEANUP_GRACE = 75

/** After how many milliseconds a cancelled call rejects, even if a part of it has not stopped. */
export const STOP_GRACE = 90

/**
 * Waits for a promise; when the signal aborts, rejects with its reason at once.
 *
 * @param grace How many milliseconds to wait for the promise after the signal has aborted.
 */
export async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  grace: number = 0,
): Promise<T> {
  if (!signal) return promise
  const own = dependentSignal(signal)
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
 * Yields what a source yields; when the signal aborts, throws its reason at once. The source is then closed, but not waited
 * for.
 */
export async function* abortable<T>(
  source: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  if (!signal) {
    yield* source
    return
  }
  const own = dependentSignal(signal)
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

/** A signal that must be cleared when it is no longer needed. */
export interface DelayedSignal {
  readonly signal: AbortSignal
  /** Aborts it after this many milliseconds, unless it aborts earlier. */
  endIn(milliseconds: number): void
  clear(): void
}

/** How many milliseconds later a signal aborts. */
export interface Delay {
  /** After the user has cancelled the call. */
  readonly cancelled: number
  /** After another part of the call has failed; shorter if the user cancels then. */
  readonly failed: number
}

/** Creates a signal that aborts some time after `signal`, with the same reason. */
export function delaySignal(signal: AbortSignal | undefined, { cancelled, failed }: Delay): DelayedSignal {
  const delayed = new AbortController()
  const stops: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined
  const abortIn = (milliseconds: number, reason?: unknown): void => {
    clearTimeout(timer)
    timer = setTimeout(() => delayed.abort(reason), milliseconds)
  }
  const watch = (each: AbortSignal): void => {
    const own = dependentSignal(each)
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

/** Creates a signal that depends on another one: many listeners on the user's signal would look like a leak to Node. */
export function dependentSignal(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal])
}
