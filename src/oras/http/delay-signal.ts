/** A signal that follows another one a little later. */

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
  // Many uploads by one signal would look like a leak to Node.
  const own = signal && AbortSignal.any([signal])
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
