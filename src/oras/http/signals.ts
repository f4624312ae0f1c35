/** What follows a signal: waiting that it ends, and a signal that comes a little later. */

/** Waits for a promise; rejects with the reason of the signal as soon as it aborts, whatever the promise does then. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  const own = follow(signal)
  let stop = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error)
    if (own.aborted) stop()
    else own.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([aborted, promise])
  } finally {
    own.removeEventListener('abort', stop)
  }
}

/** A signal that has to be cleared when it is needed no longer. */
export interface DelayedSignal {
  readonly signal: AbortSignal
  clear(): void
}

/** Makes a signal that aborts some milliseconds after `signal` does, with the same reason, which decides how many. */
export function delaySignal(signal: AbortSignal | undefined, milliseconds: (reason: unknown) => number): DelayedSignal {
  const delayed = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const start = (): void => {
    timer = setTimeout(() => delayed.abort(signal?.reason), milliseconds(signal?.reason))
  }
  const own = signal && follow(signal)
  if (own?.aborted) start()
  else own?.addEventListener('abort', start, { once: true })
  return {
    signal: delayed.signal,
    clear() {
      own?.removeEventListener('abort', start)
      clearTimeout(timer)
    },
  }
}

/** Makes a signal to listen to: many listeners at one that was given would look like a leak to Node. */
export function follow(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal])
}
