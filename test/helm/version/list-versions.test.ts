import { describe, expect, it } from 'vitest'
import { listVersions } from '../../../src/helm/version/list-versions.js'
import { selectVersion } from '../../../src/helm/version/select-version.js'
import { parseVersionRange } from '../../../src/helm/version/version-range.js'

const tags = (...given: readonly string[]): readonly string[] => given
const select = (given: readonly string[], version?: string, prerelease?: boolean): string =>
  selectVersion(given, { version, prerelease }, 'Cannot read chart').tag

describe('listVersions()', () => {
  it('orders by precedence, not by text, newest first', () => {
    const { versions } = listVersions(
      tags('1.2.0', '1.10.0', '1.9.0', '2.0.0-rc.1', '2.0.0-rc.10', '2.0.0-rc.2', '2.0.0'),
    )

    expect(versions.map(({ version }) => version)).toEqual([
      '2.0.0',
      '2.0.0-rc.10',
      '2.0.0-rc.2',
      '2.0.0-rc.1',
      '1.10.0',
      '1.9.0',
      '1.2.0',
    ])
  })

  it('reads _ back as +, and keeps the tag of a version with a "v"', () => {
    expect(listVersions(tags('v1.0.0', '1.0.0_build.7', '1.0.0')).versions).toEqual([
      { version: '1.0.0+build.7', tag: '1.0.0_build.7' },
      { version: '1.0.0', tag: '1.0.0' },
      { version: '1.0.0', tag: 'v1.0.0' },
    ])
  })

  it.each(['latest', '1', '1.2', 'v1', '01.2.3', '1.2.3.4', 'sha256-0123.sig', '1.2.3-01', 'V1.2.3', '20231101'])(
    'does not take %s for a version',
    (tag) => {
      expect(listVersions([tag])).toEqual({ versions: [], otherTags: [tag] })
    },
  )

  it('gives the same order whatever the order of the tags', () => {
    const given = tags('1.0.0', 'v1.0.0', '1.0.0_a', '1.0.0_b', 'latest', 'main')

    expect(listVersions(given.toReversed())).toEqual(listVersions(given))
    expect(listVersions(given).versions.map(({ tag }) => tag)).toEqual(['1.0.0_b', '1.0.0_a', '1.0.0', 'v1.0.0'])
  })

  it('takes segments of 64 bits, and prereleases if the range says so', () => {
    const given = tags('1.0.0', '20261125123456789.0.0', '1.1.0-rc.1')

    expect(listVersions(given, parseVersionRange('>1.0.0')).versions).toHaveLength(1)
    expect(listVersions(given, parseVersionRange('>1.0.0', { prerelease: true })).versions).toHaveLength(2)
    expect(listVersions(given, parseVersionRange('>1.0.0-0')).versions).toHaveLength(3)
  })
})

describe('selectVersion()', () => {
  const given = tags('1.0.0', '1.2.0', 'v1.3.0', '1.2.0_build', '2.0.0-rc.1', '1.2', 'latest')

  it.each([
    [undefined, 'v1.3.0'],
    ['*', 'v1.3.0'],
    ['^1.0', 'v1.3.0'],
    ['~1.0', '1.0.0'],
    ['1.2.0', '1.2.0'],
    ['v1.2.0', '1.2.0'],
    ['1.3.0', 'v1.3.0'],
    ['1.2.0+build', '1.2.0_build'],
    ['2.0.0-rc.1', '2.0.0-rc.1'],
    ['>=2.0.0-0', '2.0.0-rc.1'],
    // A tag that is called exactly so comes before the range that it could be.
    ['1.2', '1.2'],
    ['<1.2 || >1.2', 'v1.3.0'],
  ])('for %s takes %s', (version, tag) => {
    expect(select(given, version)).toBe(tag)
  })

  it('takes prereleases like all others with prerelease', () => {
    expect(select(given, undefined, true)).toBe('2.0.0-rc.1')
    expect(select(given, '>1.0', true)).toBe('2.0.0-rc.1')
  })

  it('does not take another build for the one that was named', () => {
    expect(() => select(given, '1.2.0+other')).toThrow(
      'Cannot read chart: there is no version that fits "1.2.0+other"; the nearest are 1.3.0 and 1.2.0+build',
    )
  })

  it('refuses what is no range', () => {
    expect(() => select(given, 'latest-and-greatest')).toThrow('improper constraint')
  })
})
