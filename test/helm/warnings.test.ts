/** Warnings of the calls for charts: their codes, and where they go without a listener. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createChart, inspectChart, pullChart, pushChart, readChartFile } from '../../src/index.js'
import type { OciEvent } from '../../src/oras/events.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { CHART_YAML, toFiles } from '../support/make-chart.js'

const TWICE = 'values.yaml has the key "a" twice in one place; the last one counts'

let registry: TestRegistry
const emitWarning = vi.spyOn(process, 'emitWarning')
beforeAll(async () => void (registry = await startRegistry()))
afterAll(() => registry.close())
beforeEach(() => void emitWarning.mockReset().mockImplementation(() => undefined))

/** Keeps the warnings as `code: message`. */
function listen(): { heard: string[]; onEvent: (event: OciEvent) => void } {
  const heard: string[] = []
  return { heard, onEvent: (event) => event.type === 'warning' && heard.push(`${event.code}: ${event.message}`) }
}

describe('pushChart()', () => {
  it('warns of what the chart has twice, of missing dependencies, and of where it goes', async () => {
    const dependencies = 'dependencies: [{name: redis, version: 1.x, repository: "https://example.com"}]\n'
    const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML + dependencies, 'values.yaml': 'a: 1\na: 2\n' }))
    const { heard, onEvent } = listen()

    const options = { missingDependencies: 'warn', dryRun: true, onEvent } as const
    await pushChart(chart, 'registry.example/charts', options)
    await pushChart(chart, 'oci://registry.example/mychart', options)

    const found = [
      `WARN_CHART: Chart mychart: ${TWICE}`,
      'WARN_MISSING_DEPENDENCIES: Chart mychart: found in Chart.yaml, but missing in charts/ directory: redis',
    ]
    expect(heard).toEqual([
      ...found,
      expect.stringContaining('WARN_SPLIT_FORMAT: registry.example/charts gets '),
      ...found,
      expect.stringContaining(
        'WARN_REPEATED_NAME: The name of the chart is appended to oci://registry.example/mychart',
      ),
    ])
    expect(emitWarning).not.toHaveBeenCalled()
  })

  it('warns of a repeated name where a reference has a "/" too many', async () => {
    const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML }))
    const { heard, onEvent } = listen()

    for (const path of ['/charts//mychart/', '/charts/', '/', '//charts']) {
      await pushChart(chart, `oci://registry.example${path}`, { dryRun: true, onEvent })
    }

    expect(heard).toEqual([
      expect.stringContaining(
        'WARN_REPEATED_NAME: The name of the chart is appended to oci://registry.example/charts/mychart: ',
      ),
    ])
  })

  it('warns the process where nothing listens, once for equal messages', async () => {
    const reference = `registry.example/${randomUUID()}`
    for (const name of ['one', 'another']) {
      const chart = await createChart(toFiles({ 'Chart.yaml': `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n` }))
      await pushChart(chart, reference, { dryRun: true })
    }

    expect(emitWarning.mock.calls).toEqual([
      [
        expect.stringContaining(`${reference} gets the format split`),
        { type: 'OrasHelmWarning', code: 'WARN_SPLIT_FORMAT' },
      ],
    ])
  })

  it('does not warn of a push that is refused for its reference', async () => {
    const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'values.yaml': 'a: 1\na: 2\n' }))
    const { heard, onEvent } = listen()

    await expect(pushChart(chart, 'oci://registry.example/other:1.2.3', { onEvent })).rejects.toThrow('strict mode')

    expect(heard).toEqual([])
  })
})

it('pullChart() tells a listener what it finds in a chart; without one it is in the result alone', async () => {
  const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'values.yaml': 'a: 1\na: 2\n' }))
  const { reference } = await pushChart(chart, `oci://${registry.host}`, { onEvent: () => undefined })
  const { heard, onEvent } = listen()

  await pullChart(reference, { onEvent })
  const quiet = await pullChart(reference)
  await inspectChart(reference)
  await readChartFile(reference, 'values.yaml')

  expect(heard).toEqual([`WARN_CHART: Chart mychart: ${TWICE}`])
  expect(quiet.chart.warnings).toEqual([TWICE])
  expect(emitWarning).not.toHaveBeenCalled()
})
