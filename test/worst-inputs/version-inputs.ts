/** Worst inputs for readers of versions and ranges. */
import { listChartVersions } from '../../src/helm/list-chart-versions.js'
import { inspectChart } from '../../src/helm/inspect-chart.js'
import { createChart } from '../../src/helm/load/create-chart.js'
import { missingDependencies } from '../../src/helm/dependencies/missing-dependencies.js'
import { fill, MEBIBYTE, type WorstInput } from './worst-input.js'

/** A range, as an option and as the dependency of a chart. */
const range = (input: string, make: (length: number) => string): readonly WorstInput[] => [
  {
    reader: 'range',
    input: `${input}, of 5 MiB`,
    make: async (share, place) => {
      const { host, options } = await place.serve([{ to: '', body: '{"tags":["1.2.3"]}' }])
      const text = make(5 * MEBIBYTE * share)
      return {
        bytes: text.length,
        run: async (signal) => listChartVersions(`${host}/mychart`, { ...options, range: text, signal }),
      }
    },
  },
  {
    reader: 'range',
    input: `${input}, of 512 bytes, in very many dependencies`,
    make: async (share) => {
      const text = make(500)
      const count = Math.ceil(900 * share)
      const dependencies = Array.from(
        { length: count },
        (_, at) => `- {name: s, alias: a${at}, version: '${text}'}\n`,
      ).join('')
      const file = (path: string, content: string) => ({ path, bytes: Buffer.from(content) })
      const chart = await createChart([
        file('Chart.yaml', `apiVersion: v2\nname: mychart\nversion: 1.2.3\ndependencies:\n${dependencies}`),
        file('charts/s/Chart.yaml', 'apiVersion: v2\nname: s\nversion: 1.2.3\n'),
      ])
      return { bytes: dependencies.length, run: async () => missingDependencies(chart) }
    },
  },
]

export const versionInputs: readonly WorstInput[] = [
  ...range('ranges with hyphens', (length) => fill('1 - 2 ', length)),
  ...range('blanks', (length) => `1${fill(' ', length)}!`),
  ...range('digits', (length) => fill('1', length)),
  ...range('wildcards', (length) => fill('x', length)),
  ...range('a prerelease', (length) => `1.0.0-${fill('a.', length)}!`),
  ...range('groups', (length) => fill('1||', length)),
  ...range('operators', (length) => fill('>', length)),
  {
    reader: 'version',
    input: 'digits, dots and dashes',
    make: async (share, place) => {
      const { host, options } = await place.serve([{ to: '', body: '{"tags":["1.2.3"]}' }])
      const version = `1.2.3-${fill('0-.', 5 * MEBIBYTE * share)}`
      return {
        bytes: version.length,
        run: async (signal) => inspectChart(`${host}/mychart`, { ...options, version, signal }),
      }
    },
  },
]
