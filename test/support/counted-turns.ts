/** Counts turns of the event loop: how many some work gives depends on its size, and not on the machine. */
import { Turns } from '../../src/oras/turns.js'

export class CountedTurns extends Turns {
  /** How many were given. */
  given = 0

  override give(): Promise<void> {
    this.given += 1
    return super.give()
  }
}
