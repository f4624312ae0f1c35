import { describe, expect, it } from 'vitest'
import { missingDependencies } from '../../../src/helm/dependencies/missing-dependencies.js'
import { LimitExceededError } from '../../../src/oras/errors/oci-error.js'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { CHART_YAML, toFiles } from '../../support/make-chart.js'

/** A chart with declarations, and with charts `<name> <version>` in `charts/`. */
async function makeParent(declared: string, present: readonly string[]) {
  const subcharts = present.map((each, at) => {
    const [name, version] = each.split(' ')
    return [`charts/${at}/Chart.yaml`, `name: ${name}\nversion: ${version}\n`]
  })
  const files = { 'Chart.yaml': `${CHART_YAML}dependencies: [${declared}]\n`, ...Object.fromEntries(subcharts) }
  return createChart(toFiles(files))
}

describe('missingDependencies', () => {
  it('lists what is declared but not in charts/, in the order of the declarations', async () => {
    const chart = await makeParent('{name: c}, {name: a}, {name: b, version: 1.x.x, alias: a2}', ['a 1.0.0'])

    expect(missingDependencies(chart)).toEqual([
      { name: 'c', found: [] },
      { name: 'b', version: '1.x.x', alias: 'a2', found: [] },
    ])
  })

  it.each([
    ['~1.2.0', '1.2.9'],
    ['>=1.0.0, <2', '1.9.0'],
    ['1.2.0+build', '1.2.0'],
    ['v1.2.0', '1.2.0'],
    ['^1.2.0-0', '1.3.0-rc.1'],
    ['1.2.0-rc.1', '1.2.0-rc.1'],
    ['*', '1.0.0'],
  ])('accepts for the range %s the version %s', async (range, version) => {
    const chart = await makeParent(`{name: a, version: "${range}"}`, [`a ${version}`])

    expect(missingDependencies(chart)).toEqual([])
  })

  it.each([
    ['~1.2.0', '1.3.0'],
    ['^1.2.0', '1.3.0-rc.1'],
    ['*', '1.0.0-rc.1'],
    ['no range', '1.0.0'],
  ])('does not accept for the range %s the version %s', async (range, version) => {
    const chart = await makeParent(`{name: a, version: "${range}"}`, [`a ${version}`])

    expect(missingDependencies(chart)).toEqual([{ name: 'a', version: range, found: [version] }])
  })

  it('accepts any version, even a prerelease, if no range is declared', async () => {
    expect(missingDependencies(await makeParent('{name: a}', ['a 1.0.0-rc.1']))).toEqual([])
  })

  it('looks for each of two versions of one chart, by their aliases', async () => {
    const declared = '{name: a, alias: old, version: ^1}, {name: a, alias: new, version: ^2}'

    expect(missingDependencies(await makeParent(declared, ['a 1.5.0', 'a 2.0.0']))).toEqual([])
    expect(missingDependencies(await makeParent(declared, ['a 1.5.0']))).toEqual([
      { name: 'a', alias: 'new', version: '^2', found: ['1.5.0'] },
    ])
  })

  it('compares the name and not the alias with the charts that are there', async () => {
    expect(missingDependencies(await makeParent('{name: a, alias: b}', ['b 1.0.0']))).toEqual([
      { name: 'a', alias: 'b', found: [] },
    ])
  })

  describe('however many ranges and versions there are', () => {
    const declare = (ranges: readonly string[]): string =>
      ranges.map((range, at) => `{name: a, alias: a${at}, version: "${range}"}`).join()
    const versions = (count: number): string[] => Array.from({ length: count }, (_, at) => `a 1.${at}.0`)

    it('compares a range only once, however often it is declared, and shares the list of what was found', async () => {
      const range = Array.from({ length: 31 }, (_, at) => `>=${at + 90} <${at + 91}`).join(' || ')
      const missing = missingDependencies(await makeParent(declare(Array(240).fill(range)), versions(240)))

      expect(missing).toHaveLength(240)
      expect(new Set(missing.map(({ found }) => found)).size).toBe(1)
      expect(missing[0]?.found).toHaveLength(240)
    })

    it('compares a range only with subcharts of its name', async () => {
      const names = Array.from({ length: 300 }, (_, at) => `a${at}`)
      const declared = names.map((name, at) => `{name: ${name}, version: ">=1.0.${at} <2"}`).join()

      expect(
        missingDependencies(
          await makeParent(
            declared,
            names.map((name) => `${name} 1.5.0`),
          ),
        ),
      ).toEqual([])
    })

    it.each([
      ['ranges against versions', Array.from({ length: 240 }, (_, at) => `>=9.${at} <9.${at + 1}`), 240],
      ['long ranges', Array.from({ length: 100 }, (_, at) => `>=9.${at}`.padEnd(511)), 1],
    ])('refuses what would take long: %s', async (_, ranges, count) => {
      const chart = await makeParent(declare(ranges), versions(count))

      expect(() => missingDependencies(chart)).toThrow(LimitExceededError)
      expect(() => missingDependencies(chart)).toThrow(
        'Cannot look for the dependencies of chart "mychart": their ranges and the versions in charts/ need more than 50000 comparisons',
      )
    })
  })
})
