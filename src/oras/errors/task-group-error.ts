/** The reason by which a task is stopped because another task of the same group has failed. */

/**
 * The reason by which a task is stopped because another one of the same call has failed. It never reaches a caller, who
 * gets that failure; tidying up may then take longer than after a cancelled call.
 */
export class TaskGroupError extends Error {
  override readonly name = 'TaskGroupError'
  /** The signal of the call, by which the caller may still cancel it. */
  readonly call: AbortSignal | undefined

  constructor(cause: unknown, call?: AbortSignal) {
    super('another task of the same call has failed', { cause })
    this.call = call
  }
}
