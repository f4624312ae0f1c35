/** Turns of the event loop that are counted: how often work of a certain size gives one does not depend on the machine. */
import { Turns } from '../../src/oras/turns.js'

export class CountedTurns extends Turns {
  /** How many were given. */
  given = 0

  override give(): Promise<void> {
    this.given += 1
    return super.give()
  }
}
