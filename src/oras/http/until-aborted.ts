/** Waiting that a signal ends. */

/** Waits for a promise; rejects with the reason of the signal as soon as it aborts, whatever the promise does then. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  // Many who wait by one signal would look like a leak to Node.
  const own = AbortSignal.any([signal])
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
