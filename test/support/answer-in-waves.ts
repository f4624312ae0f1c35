/** For tests that count waves of requests: answers come when the client has sent all that it can send without an answer. */
import type { TestRegistryOptions } from '../../src/testing/index.js'
import { untilIdle } from './event-loop.js'

/**
 * Makes an option `intercept` that holds back all requests until the process only waits for answers. With a delay alone, a
 * request that waits for no answer would count as one that waited if the machine is slower than the delay.
 */
export function answerInWaves(): NonNullable<TestRegistryOptions['intercept']> {
  let wave: Promise<void> | undefined
  return async () => {
    wave ??= untilIdle().then(() => (wave = undefined))
    await wave
    return undefined
  }
}
