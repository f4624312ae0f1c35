/** A signal that follows another one a little later. */

/** A signal that has to be cleared when it is needed no longer. */
export interface DelayedSignal {
  readonly signal: AbortSignal
  clear(): void
}

/** Makes a signal that aborts `milliseconds` after `signal` does, with the same reason. */
export function delaySignal(signal: AbortSignal | undefined, milliseconds: number): DelayedSignal {
  const delayed = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const start = (): void => {
    timer = setTimeout(() => delayed.abort(signal?.reason), milliseconds)
  }
  if (signal?.aborted) start()
  else signal?.addEventListener('abort', start, { once: true })
  return {
    signal: delayed.signal,
    clear() {
      signal?.removeEventListener('abort', start)
      clearTimeout(timer)
    },
  }
}
