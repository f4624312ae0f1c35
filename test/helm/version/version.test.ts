import { describe, expect, it } from 'vitest'
import { compareVersions, parseVersion, type Segment, type Version } from '../../../src/helm/version/version.js'

const release = (major: Segment, minor: Segment = 0, patch: Segment = 0): Version => ({
  major,
  minor,
  patch,
  prerelease: '',
  build: '',
})
const parse = (text: string): Version => {
  const version = parseVersion(text)
  if (!version) throw new Error(`${text} is no version`)
  return version
}

describe('parseVersion()', () => {
  it.each<[text: string, version: Version]>([
    ['1.2.3', release(1, 2, 3)],
    ['v1.2.3', release(1, 2, 3)],
    ['1', release(1)],
    ['1.2', release(1, 2)],
    ['01.002.0003', release(1, 2, 3)],
    ['18446744073709551615.9007199254740993', release(2n ** 64n - 1n, 2n ** 53n + 1n)],
    ['1.2.3-rc.1', { ...release(1, 2, 3), prerelease: 'rc.1' }],
    ['1.2.3+build.01', { ...release(1, 2, 3), build: 'build.01' }],
    ['1-a-b+c-d', { ...release(1), prerelease: 'a-b', build: 'c-d' }],
    ['1+c-d', { ...release(1), build: 'c-d' }],
  ])('reads %s', (text, version) => {
    expect(parseVersion(text)).toEqual(version)
  })

  it.each(['', 'v', 'V1', '1.', '1.2.3.4', '-1', ' 1', '1\n', '1.x', '1-', '1-01', '1-a..b', '1+', '1+a_b', '\u0661'])(
    'refuses %j',
    (text) => {
      expect(parseVersion(text)).toBeUndefined()
    },
  )

  it.each(['18446744073709551616', '0.18446744073709551616', '0.0.18446744073709551616'])(
    'refuses %s, which has a segment of more than 64 bits',
    (text) => {
      expect(parseVersion(text)).toBeUndefined()
    },
  )

  it('refuses what is longer than 256 characters', () => {
    expect(parseVersion(`1.2.3-${'a'.repeat(250)}`)).toBeDefined()
    expect(parseVersion(`1.2.3-${'a'.repeat(251)}`)).toBeUndefined()
  })
})

describe('compareVersions()', () => {
  // From the least to the greatest.
  const ordered = [
    '0.0.0-0',
    '0.0.0',
    '0.0.1',
    '0.1.0-rc.1',
    '0.1.0',
    '1.0.0-0',
    '1.0.0-2',
    '1.0.0-10',
    '1.0.0-10.0',
    '1.0.0-18446744073709551615',
    '1.0.0--1',
    // Digits that do not fit 64 bits are a word, and words are compared by their bytes.
    '1.0.0-100000000000000000000',
    '1.0.0-99999999999999999999',
    '1.0.0-RC',
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.1.0',
    '1.0.0-alpha.2',
    '1.0.0-alpha.beta',
    '1.0.0-alpha-1',
    '1.0.0-beta',
    '1.0.0-rc10',
    '1.0.0-rc9',
    '1.0.0',
    '1.0.2',
    '1.0.10',
    '1.2.0',
    '2.0.0',
    '9007199254740992.0.0',
    '9007199254740993.0.0',
    '18446744073709551615.0.0',
  ]

  it('orders every pair of a list', () => {
    const versions = ordered.map(parse)
    for (const [i, a] of versions.entries()) {
      const signs = versions.map((b) => Math.sign(compareVersions(a, b)))
      expect([ordered[i], signs]).toEqual([ordered[i], versions.map((_, j) => Math.sign(i - j))])
    }
  })

  it.each([
    ['1.2.3+a', '1.2.3+b'],
    ['1.2.3-rc.1+a', '1.2.3-rc.1'],
    ['v1', '1.0.0'],
    ['01.2', '1.2.0'],
  ])('treats %s as equal to %s', (a, b) => {
    expect(compareVersions(parse(a), parse(b))).toBe(0)
  })
})
