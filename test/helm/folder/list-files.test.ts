import { describe, expect, it } from 'vitest'
import type { Chart } from '../../../src/helm/model/chart.js'
import { listFiles } from '../../../src/helm/folder/list-files.js'
import { toFiles } from '../../support/make-chart.js'

const chart = (name: string, version: string, dependencies: readonly Chart[] = []): Chart => ({
  metadata: { apiVersion: 'v2', name, version },
  files: toFiles({ a: '' }),
  dependencies,
  warnings: [],
})
const paths = (dependencies: readonly Chart[]): string[] =>
  listFiles(chart('c', '1.0.0', dependencies), '', 'pack').map(({ path }) => path)

describe('listFiles()', () => {
  it('gives each of several subcharts with one name its own folder', () => {
    const duplicateFile = [
      chart('x', '1.0.0'),
      chart('x', '2.0.0'),
      chart('x', '2.0.0'),
      chart('x', '2.0.0'),
      chart('x-2.0.0', '3.0.0'),
    ]

    expect(paths(duplicateFile)).toEqual([
      'a',
      'charts/x/a',
      'charts/x-2.0.0/a',
      'charts/x-2.0.0-2/a',
      'charts/x-2.0.0-3/a',
      'charts/x-2.0.0-3.0.0/a',
    ])
  })

  it('finds a folder for each of ten thousand subcharts that are the same', () => {
    // Counting from one for each subchart would take seconds.
    const listed = paths(Array.from({ length: 10_000 }, () => chart('x', '1.0.0')))

    expect(new Set(listed).size).toBe(10_001)
    expect(listed.at(-1)).toBe('charts/x-1.0.0-9999/a')
  })
})
