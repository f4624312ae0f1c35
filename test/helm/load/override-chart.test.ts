import { describe, expect, it } from 'vitest'
import type { Chart } from '../../../src/helm/model/chart.js'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { overrideChart } from '../../../src/helm/load/override-chart.js'
import { readChart } from '../../../src/helm/load/read-chart.js'
import type { OciError } from '../../../src/oras/errors/oci-error.js'
import { CHART_YAML, packFiles, toFiles, toTexts } from '../../support/make-chart.js'

async function makeChart(): Promise<Chart> {
  return createChart(toFiles({ 'Chart.yaml': `# comment\n${CHART_YAML}unknown: x\nappVersion: "1.10"\n`, a: 'a' }))
}

function refusal(action: () => unknown): OciError {
  try {
    action()
  } catch (error) {
    return error as OciError
  }
  throw new Error('expected an error')
}

describe('overrideChart', () => {
  it('writes a new Chart.yaml, in the order of Helm, and changes nothing else', async () => {
    const chart = await makeChart()
    const changed = overrideChart(chart, { version: '2.0.0+b', appVersion: '1.20' })

    expect(changed.metadata).toEqual({ ...chart.metadata, version: '2.0.0+b', appVersion: '1.20' })
    expect(toTexts(changed.files)).toEqual({
      'Chart.yaml': 'name: mychart\nversion: 2.0.0+b\napiVersion: v2\nappVersion: "1.20"\n',
      a: 'a',
    })
    expect((await createChart(changed.files)).metadata).toEqual(changed.metadata)
    expect(chart.metadata.version).toBe('1.2.3')
  })

  it('returns the same chart if nothing changes', async () => {
    const chart = await makeChart()

    expect(overrideChart(chart, {})).toBe(chart)
    expect(overrideChart(chart, { version: '1.2.3', appVersion: '1.10' })).toBe(chart)
  })

  it('refuses an invalid version', async () => {
    const chart = await makeChart()

    expect(() => overrideChart(chart, { version: 'latest' })).toThrow(
      new TypeError('the option version must be a version such as "1.2.3", not "latest"'),
    )
  })

  it('never repacks a .tgz', async () => {
    const chart = await readChart(packFiles({ 'Chart.yaml': CHART_YAML }))

    const error = refusal(() => overrideChart(chart, { version: '2.0.0' }))
    expect([error.code, error.message, error.hint]).toEqual([
      'ERR_INVALID_CHART',
      'Cannot change the version of chart "mychart": it was read from a .tgz',
      'A .tgz is pushed byte for byte. Give the folder of the chart, or package it with the version that you want.',
    ])
  })
})
