/** Why a task was stopped that did nothing wrong. */

/**
 * The reason by which a task is stopped because another one of the same call has failed. It never reaches a caller, who
 * gets that failure; whoever tidies up may take longer over it than over a cancelled call.
 */
export class SiblingFailure extends Error {
  override readonly name = 'SiblingFailure'

  constructor(cause: unknown) {
    super('another part of the same call has failed', { cause })
  }
}
