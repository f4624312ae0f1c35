/** Processes that are killed at each of their steps, before it, within it and after it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import type { Kill } from '../support/act-in-process.js'
import { act, buildProgram, listKills } from '../support/kill-processes.js'
import { type Scenario, scenarios } from '../support/kill-scenarios.js'
import { makeFolder } from '../support/make-folder.js'
import { skipOnWindows } from '../support/skip-because.js'

/** How many processes run at once, each in its own place. */
const AT_ONCE = 8

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())
buildProgram()

describe.skipIf(skipOnWindows('processes that are killed'))('a process that is killed', () => {
  it.each(scenarios)('during $name leaves nothing half done', { timeout: 600_000 }, async ({ prepare }) => {
    const steps = (await act((await prepare(registry, await makeFolder())).task)) ?? []
    const kills = listKills(steps)
    // A push writes nothing to the disk: its steps are its requests.
    expect(kills.length).toBeGreaterThan(10)
    for (let at = 0; at < kills.length; at += AT_ONCE) {
      await Promise.all(kills.slice(at, at + AT_ONCE).map((kill) => killAt(kill, prepare)))
    }
  })
})

async function killAt(kill: Kill, prepare: Scenario['prepare']): Promise<void> {
  try {
    const place = await prepare(registry, await makeFolder())
    expect(await act(place.task, kill)).toBeUndefined()
    await place.checkKilled()
    await place.checkNext()
  } catch (cause) {
    throw new Error(`Killed ${kill.join(' ')}`, { cause })
  }
}
