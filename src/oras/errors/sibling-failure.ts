/** Why a task was stopped that did nothing wrong. */

/**
 * The reason by which a task is stopped because another one of the same call has failed. It never reaches a caller, who
 * gets that failure; whoever tidies up may take longer over it than over a cancelled call.
 */
export class SiblingFailure extends Error {
  override readonly name = 'SiblingFailure'
  /** The signal of the call, by which the caller may still cancel it. */
  readonly call: AbortSignal | undefined

  constructor(cause: unknown, call?: AbortSignal) {
    super('another part of the same call has failed', { cause })
    this.call = call
  }
}
