import { describe, expect, it } from 'vitest'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { formatChartYaml, formatMetadata } from '../../../src/helm/metadata/format-metadata.js'
import type { ChartMetadata } from '../../../src/helm/model/chart-metadata.js'
import { toFiles } from '../../support/make-chart.js'

const full: ChartMetadata = {
  type: 'application',
  dependencies: [
    {
      name: 'a',
      repository: '',
      version: '>=1 <2',
      enabled: true,
      'import-values': ['x', { parent: 'p', child: 1.5 }],
    },
    { repository: 'oci://localhost/charts', name: 'b', tags: ['t'], alias: 'c', condition: 'b.enabled' },
  ],
  kubeVersion: '>=1.25',
  annotations: { b: '1', '\u{1F600}': '2', '\uE000': '3', a: '' },
  deprecated: true,
  appVersion: '1.10',
  tags: 't',
  condition: 'c',
  apiVersion: 'v2',
  icon: 'https://localhost/icon.png',
  maintainers: [{ url: 'u', email: 'e', name: 'n' }, {}],
  keywords: ['k', ''],
  description: 'yes',
  version: '1.2.3+4',
  sources: ['s'],
  home: 'h',
  name: 'mychart',
}

describe('formatMetadata', () => {
  it('writes the fields in the order of Helm, without the empty ones', () => {
    expect(formatMetadata(full)).toBe(
      '{"name":"mychart","home":"h","sources":["s"],"version":"1.2.3+4","description":"yes","keywords":["k",""],' +
        '"maintainers":[{"name":"n","email":"e","url":"u"},{}],"icon":"https://localhost/icon.png","apiVersion":"v2",' +
        '"condition":"c","tags":"t","appVersion":"1.10","deprecated":true,' +
        '"annotations":{"a":"","b":"1","\uE000":"3","\u{1F600}":"2"},"kubeVersion":"\\u003e=1.25","dependencies":[' +
        '{"name":"a","version":"\\u003e=1 \\u003c2","repository":"","enabled":true,"import-values":["x",{"child":1.5,"parent":"p"}]},' +
        '{"name":"b","repository":"oci://localhost/charts","condition":"b.enabled","tags":["t"],"alias":"c"}],"type":"application"}',
    )
    expect(formatMetadata({ name: '', sources: [], annotations: {}, deprecated: false })).toBe('{}')
  })
})

describe('formatChartYaml', () => {
  it('writes a Chart.yaml that is read back as the same metadata', async () => {
    const again = await createChart(toFiles({ 'Chart.yaml': formatChartYaml(full, true) }))

    expect(formatMetadata(again.metadata)).toBe(formatMetadata(full))
  })

  it('leaves the dependencies of a v1 chart to its requirements.yaml', () => {
    expect(formatChartYaml({ ...full, apiVersion: 'v1' }, true)).not.toContain('dependencies')
  })
})
