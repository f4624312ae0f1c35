import { describe, expect, it } from 'vitest'
import type { Chart, ChartFile } from '../../../src/helm/model/chart.js'
import { checkChart } from '../../../src/helm/load/check-chart.js'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { pushChart } from '../../../src/index.js'

const file = (path: string, text = ''): ChartFile => ({ path, bytes: Buffer.from(text) })
const CHART_YAML = file('Chart.yaml', 'apiVersion: v2\nname: mychart\nversion: 1.0.0\n')
const good = await createChart([CHART_YAML, file('values.yaml', 'a: 1\n')])
const parent: Chart = { ...good, dependencies: [{ ...good, files: [CHART_YAML, file('../evil')] }] }

describe('checkChart()', () => {
  it('accepts a chart that was read or created', async () => {
    await expect(checkChart(good, {})).resolves.toBeUndefined()
  })

  it.each<[string, Chart, string]>([
    [
      'a path that leads out',
      { ...good, files: [CHART_YAML, file('../../evil')] },
      'chart illegally references parent',
    ],
    ['an absolute path', { ...good, files: [CHART_YAML, file('/abs')] }, 'absolute paths'],
    ['a file that is there twice', { ...good, files: [CHART_YAML, file('a'), file('a')] }, 'is there twice'],
    ['no files', { ...good, files: [] }, 'Chart.yaml file is missing'],
    [
      'another version than Chart.yaml',
      { ...good, metadata: { ...good.metadata, version: '7.7.7' } },
      'are not those of',
    ],
    ['another name than Chart.yaml', { ...good, metadata: { ...good.metadata, name: '../x' } }, 'are not those of'],
    [
      'a subchart among the files',
      { ...good, files: [CHART_YAML, file('charts/a/Chart.yaml', 'apiVersion: v2\nname: a\nversion: 1.0.0')] },
      'subcharts among its files',
    ],
    ['a bad subchart', parent, 'chart illegally references parent'],
  ])('refuses %s, and so does pushChart(), in both formats', async (_, chart, reason) => {
    await expect(checkChart(chart, {})).rejects.toMatchObject({ code: 'ERR_INVALID_CHART' })
    await expect(checkChart(chart, {})).rejects.toThrow(reason)
    for (const format of ['helm', 'split'] as const) {
      await expect(pushChart(chart, 'localhost:1/mychart', { format, dryRun: true })).rejects.toThrow(reason)
    }
  })
})
