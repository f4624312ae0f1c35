/** Turns for others: what is read on the spot would keep everybody else in the process waiting, and the signal too. */
import { setImmediate } from 'node:timers/promises'
import type { Reading } from './reading.js'

/** Lets timers, connections and the signal have their turn; throws the reason of the signal if it has aborted. */
export async function giveWay({ signal }: Reading): Promise<void> {
  await setImmediate()
  signal?.throwIfAborted()
}
