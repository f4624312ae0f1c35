/** For tests that count waves: answers come when the client has sent all that it can send without one. */
import type { TestRegistryOptions } from '../../src/testing/index.js'
import { untilIdle } from './event-loop.js'

/**
 * An option `intercept` that holds all requests back until the process does nothing more but wait for an answer. By a
 * delay alone, a request that waits for nothing would count as one that waited whenever the machine is slower than that.
 */
export function answerInWaves(): NonNullable<TestRegistryOptions['intercept']> {
  let wave: Promise<void> | undefined
  return async () => {
    wave ??= untilIdle().then(() => (wave = undefined))
    await wave
    return undefined
  }
}
