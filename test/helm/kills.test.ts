/** Processes that are killed at the most revealing steps: the next call in the same place leaves only what is wanted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { act, buildProgram } from '../support/kill-processes.js'
import { scenarios } from '../support/kill-scenarios.js'
import { makeFolder } from '../support/make-folder.js'
import { skipOnWindows } from '../support/skip-because.js'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())
buildProgram()

const rows = scenarios.flatMap(({ name, telling, prepare }) => telling.map((kill) => ({ name, kill, prepare })))

describe.skipIf(skipOnWindows('processes that are killed'))('a process that is killed', () => {
  it.each(rows)('during $name, $kill.0 $kill.1 $kill.2, leaves nothing half done', async ({ prepare, kill }) => {
    const place = await prepare(registry, await makeFolder())

    expect(await act(place.task, kill)).toBeUndefined()

    await place.checkKilled()
    await place.checkNext()
  })
})
