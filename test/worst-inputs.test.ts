/**
 * The worst inputs that an attacker can make: reading them yields to the event loop in proportion to the work, and stops at
 * the next turn after the signal has aborted. `npm run stalls` measures the time of all rows.
 */
import { describe, expect, it } from 'vitest'
import { countTurns } from './worst-inputs/count-turns.js'
import type { WorstInput } from './worst-inputs/worst-input.js'
import { worstInputs } from './worst-inputs/worst-inputs.js'

/** Rows whose work is divided into turns, with the share of their limits that is read here: half of it gives ten turns. */
const COUNTED: readonly (readonly [reader: string, input: string, share: number])[] = [
  ['readChart(.tgz)', 'very many subcharts', 0.01],
  ['readChart(.tgz)', 'subcharts with warnings', 0.01],
  ['readChart(.tgz)', 'packed subcharts', 0.02],
  ['readChart(folder)', 'very many files', 0.04],
  ['createChart()', 'subcharts in memory', 0.01],
  ['pushChart(dryRun)', 'very many dependencies and subcharts, of one name', 0.01],
  ['pushChart(dryRun)', 'very many dependencies and subcharts, of other names', 0.01],
  ['pushChart(dryRun)', 'a chart in memory, of very many subcharts', 0.01],
  ['packChart()', 'very many files', 1],
  ['listChartVersions()', 'a million tags that are versions', 0.02],
  ['listChartVersions(range)', 'a million tags, and a long range', 0.01],
  ['inspectChart()', 'the newest of a million tags', 0.04],
]
/** A step is about a microsecond, and no turn may take longer than 50 milliseconds. */
const MOST_STEPS = 50_000

describe.each(COUNTED)('%s of %s', (reader, input, share) => {
  const row = worstInputs.find((each) => each.reader === reader && each.input === input) as WorstInput

  it('yields to the event loop, twice as often for twice the input', async () => {
    const [half, whole] = [await countTurns(row, share / 2), await countTurns(row, share)]
    expect(half.turns).toBeGreaterThanOrEqual(10)
    expect(whole.turns).toBeGreaterThan(1.5 * half.turns)
    expect(whole.steps).toBeLessThanOrEqual(MOST_STEPS)
  })

  it('rejects with the reason of a signal that aborts in between, and then stops', async () => {
    const reason = new Error('cancelled')
    const { turns, error } = await countTurns(row, share, { at: 10, reason })
    expect(error).toBe(reason)
    expect(turns).toBe(10)
  })
})

describe('the table', () => {
  it('has each row once', () => {
    const names = worstInputs.map(({ reader, input }) => `${reader}: ${input}`)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('contains every input that COUNTED names', () => {
    const names = new Set(worstInputs.map(({ reader, input }) => `${reader}: ${input}`))
    expect(COUNTED.filter(([reader, input]) => !names.has(`${reader}: ${input}`))).toEqual([])
  })
})
