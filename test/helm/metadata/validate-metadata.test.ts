import { describe, expect, it } from 'vitest'
import { createChart } from '../../../src/helm/load/create-chart.js'
import type { ChartMetadata } from '../../../src/helm/model/chart-metadata.js'
import { CHART_YAML, caught, toFiles } from '../../support/make-chart.js'

async function readMetadata(chartYaml: string): Promise<ChartMetadata> {
  return (await createChart(toFiles({ 'Chart.yaml': chartYaml }))).metadata
}

describe('the metadata of a chart', () => {
  it('reads keys in any case, prefers the exact one, and drops unknown keys', async () => {
    const metadata = await readMetadata('APIVERSION: v1\nName: a\nname: b\nVERSION: 1.0.0\nengine: gotpl\nNAME: c\n')

    expect(metadata).toEqual({ name: 'b', version: '1.0.0', apiVersion: 'v1' })
  })

  it('keeps an item of a list in Chart.yaml where requirements.yaml has null', async () => {
    const chart = await createChart(
      toFiles({
        'Chart.yaml': 'name: a\nversion: 1.0.0\nkeywords: [a, b]\ndependencies: [{name: b, tags: [x, y]}]\n',
        'requirements.yaml': 'keywords: [~]\ndependencies: [{tags: [~, z, ~]}]\n',
      }),
    )

    expect(chart.metadata.keywords).toEqual(['a'])
    expect(chart.metadata.dependencies).toEqual([{ name: 'b', repository: '', tags: ['x', 'z', ''] }])
  })

  it('has each field in the type that Helm gives it, in the order of Helm', async () => {
    const metadata = await readMetadata(
      [
        'type: library',
        'dependencies:',
        '- {name: a, alias: b, version: 1.10, repository: , enabled: true, tags: [1, ~], import-values: [x, {b: 1, a: 0x10}]}',
        'annotations: {a: 1.0, b: yes, c: , __proto__: x}',
        'deprecated: yes',
        'maintainers: [{name: "A\\tB", url: ~}]',
        'keywords: [1.10, on, 012]',
        'sources: []',
        'version: 1.2.3',
        'name: mychart',
        'home:',
      ].join('\n'),
    )

    expect(Object.keys(metadata)).toEqual([
      'name',
      'version',
      'keywords',
      'maintainers',
      'apiVersion',
      'deprecated',
      'annotations',
      'dependencies',
      'type',
    ])
    expect(metadata.apiVersion).toBe('v1')
    expect(metadata.keywords).toEqual(['1.1', 'true', '10'])
    expect(metadata.maintainers).toEqual([{ name: 'A B' }])
    expect(Object.entries(metadata.annotations ?? {})).toEqual([
      ['a', '1'],
      ['b', 'true'],
      ['c', ''],
      ['__proto__', 'x'],
    ])
    expect(metadata.dependencies).toEqual([
      {
        name: 'a',
        version: '1.1',
        repository: '',
        tags: ['1', ''],
        enabled: true,
        'import-values': ['x', { b: 1, a: 16 }],
        alias: 'b',
      },
    ])
  })

  it.each([
    ['name: [a]', 'cannot load Chart.yaml: cannot unmarshal array into Go struct field Metadata.name of type string'],
    [
      'deprecated: "yes"',
      'cannot load Chart.yaml: cannot unmarshal string into Go struct field Metadata.deprecated of type bool',
    ],
    [
      'deprecated: 1',
      'cannot load Chart.yaml: cannot unmarshal number into Go struct field Metadata.deprecated of type bool',
    ],
    [
      'keywords: a',
      'cannot load Chart.yaml: cannot unmarshal string into Go struct field Metadata.keywords of type []string',
    ],
    [
      'annotations: {a: {}}',
      'cannot load Chart.yaml: cannot unmarshal object into Go struct field Metadata.annotations of type string',
    ],
    [
      'annotations: []',
      'cannot load Chart.yaml: cannot unmarshal array into Go struct field Metadata.annotations of type map[string]string',
    ],
    [
      'maintainers: [{name: {}}]',
      'cannot load Chart.yaml: cannot unmarshal object into Go struct field Maintainer.maintainers.name of type string',
    ],
    [
      'ſources: a',
      'cannot load Chart.yaml: cannot unmarshal string into Go struct field Metadata.sources of type []string',
    ],
    [
      'maintainers: [a]',
      'cannot load Chart.yaml: cannot unmarshal string into Go struct field Metadata.maintainers of type chart.Maintainer',
    ],
    ['maintainers: [~]', 'validation: maintainers must not contain empty or null nodes'],
    ['dependencies: [~]', 'validation: dependencies must not contain empty or null nodes'],
    ['dependencies: [{name: a, alias: b/c}]', 'validation: dependency "a" has disallowed characters in the alias'],
    ['dependencies: [{name: a}, {name: b, alias: a}]', 'validation: more than one dependency with name or alias "a"'],
    ['type: app', 'validation: chart.metadata.type must be application or library'],
    ['name:\napiVersion: v2', 'validation: chart.metadata.name is required'],
    ['name: a\napiVersion: v2', 'validation: chart.metadata.version is required'],
  ])('is refused for %j', async (yaml, reason) => {
    const given = yaml.includes('apiVersion') ? yaml : `${CHART_YAML}${yaml}`

    const error = await caught(readMetadata(given))
    expect(error.message).toBe(`Cannot read chart: ${reason}`)
    expect(error.code).toBe('ERR_INVALID_CHART')
  })
})
