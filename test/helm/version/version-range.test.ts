import { describe, expect, it } from 'vitest'
import { parseVersionRange } from '../../../src/helm/version/version-range.js'
import { parseVersion, type Version } from '../../../src/helm/version/version.js'

/** Gives those of the versions, apart by blanks, that are in the range. */
function select(range: string, versions: string): string {
  const isIn = parseVersionRange(range)
  return versions
    .split(' ')
    .filter((version) => isIn(parseVersion(version) as Version))
    .join(' ')
}

type Row = readonly [range: string, versionsIn: string, versionsOut: string]

function checkRows(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(rows)('%j contains %s and not %s', (range, versionsIn, versionsOut) => {
      expect(select(range, versionsIn)).toBe(versionsIn)
      expect(select(range, versionsOut)).toBe('')
    })
  })
}

describe('parseVersionRange()', () => {
  checkRows('equality', [
    ['1.2.3', '1.2.3 v1.2.3 1.2.3+build', '1.2.2 1.2.4 1.2.3-rc.1'],
    ['=1.2.3', '1.2.3', '1.2.4'],
    ['v1.2.3+build', '1.2.3 1.2.3+other', '1.2.4'],
    ['1.2.3-rc.1', '1.2.3-rc.1', '1.2.3 1.2.3-rc.2'],
    ['0.0.0', '0.0.0', '0.0.1 1.0.0'],
    ['!=1.2.3', '1.2.2 1.2.4 2.2.3', '1.2.3 1.2.3+build 1.2.4-rc.1'],
    ['!=1.2', '1.1.9 1.3.0 2.2.0', '1.2.0 1.2.9'],
    ['!=1.x', '0.9.0 2.0.0', '1.0.0 1.9.9'],
    ['!=1.2.x-rc', '1.2.3 1.2.3-beta 1.3.0', '1.2.3-rc'],
  ])

  checkRows('order', [
    ['>1.2.3', '1.2.4 2.0.0', '1.2.3 1.2.3+build 1.2.4-rc.1'],
    ['>1.2', '1.3.0 2.0.0', '1.2.0 1.2.9'],
    ['>1', '2.0.0', '1.0.0 1.9.9'],
    ['<1.2.3', '1.2.2 0.9.0', '1.2.3 1.2.3-rc.1'],
    ['<1.2', '1.1.9', '1.2.0 1.2.1'],
    ['>=1.2.3', '1.2.3 1.2.4', '1.2.2 1.2.3-rc.1'],
    ['=>1.2', '1.2.0', '1.1.9'],
    ['<=1.2.3', '1.2.3 1.2.2', '1.2.4'],
    ['=<1.2', '1.2.0 1.2.9', '1.3.0'],
    ['<=1', '1.0.0 1.9.9', '2.0.0'],
    ['>9007199254740992', '9007199254740993.0.0', '9007199254740992.1.0 1.0.0'],
  ])

  checkRows('tilde', [
    ['~1.2.3', '1.2.3 1.2.9', '1.2.2 1.3.0'],
    ['~>1.2.3', '1.2.3 1.2.9', '1.2.2 1.3.0'],
    ['~1.2', '1.2.0 1.2.9', '1.1.9 1.3.0'],
    ['~1', '1.0.0 1.9.9', '0.9.9 2.0.0'],
    ['~1.x', '1.0.0 1.9.9', '0.9.9 2.0.0'],
  ])

  checkRows('caret', [
    ['^1.2.3', '1.2.3 1.9.9', '1.2.2 2.0.0'],
    ['^1.2', '1.2.0 1.9.9', '1.1.9 2.0.0'],
    ['^1', '1.0.0 1.9.9', '0.9.9 2.0.0'],
    ['^0.2.3', '0.2.3 0.2.9', '0.2.2 0.3.0 1.0.0'],
    ['^0.2', '0.2.0 0.2.9', '0.1.9 0.3.0 1.2.0'],
    ['^0.0.3', '0.0.3', '0.0.2 0.0.4 0.1.3 1.0.3'],
    ['^0.0', '0.0.0 0.0.9', '0.1.0 1.0.0'],
    ['^0', '0.0.0 0.9.9', '1.0.0'],
  ])

  checkRows('wildcards and missing segments', [
    ['*', '0.0.0 1.2.3', '1.2.3-rc.1'],
    ['x', '1.2.3', '1.2.3-rc.1'],
    ['1', '1.0.0 1.9.9', '0.9.9 2.0.0'],
    ['1.X', '1.0.0 1.9.9', '2.0.0'],
    ['1.x.x', '1.0.0 1.9.9', '2.0.0'],
    ['1.2', '1.2.0 1.2.9', '1.3.0'],
    ['1.2.*', '1.2.0 1.2.9', '1.3.0'],
  ])

  checkRows('and, or', [
    ['>=1.2, <2', '1.2.0 1.9.9', '1.1.9 2.0.0'],
    ['>=1.2 <2', '1.2.0 1.9.9', '1.1.9 2.0.0'],
    ['>=1.2\t,\n<2 !=1.5', '1.2.0 1.9.9', '1.5.3 2.0.0'],
    ['1.2 || 2.3', '1.2.0 2.3.0', '1.3.0'],
    ['<1||>=2,<3', '0.9.0 2.5.0', '1.0.0 3.0.0'],
    ['  >=  1.2  ', '1.2.0', '1.1.9'],
  ])

  checkRows('hyphens', [
    ['1.2 - 1.4', '1.2.0 1.4.9', '1.1.9 1.5.0'],
    ['1.2.3 - 1.4.5', '1.2.3 1.4.5', '1.2.2 1.4.6'],
    ['1 - 2, !=1.5.0', '1.0.0 2.9.9', '1.5.0 3.0.0'],
    ['1.1 - 1.2 || 2.1 - 2.2', '1.1.0 2.2.9', '1.3.0 2.0.0'],
    // Without blanks, the hyphen begins a prerelease.
    ['1.2-1.4', '1.2.0 1.2.0-1.4 1.2.0-rc', '1.2.0-1.3 1.3.0'],
  ])

  checkRows('prereleases', [
    ['>=1.2.3', '1.2.3', '1.2.4-rc.1'],
    ['>=1.2.3-0', '1.2.3-0 1.2.3-rc.1 1.2.4-rc.1 1.2.4', '1.2.2'],
    ['>0.0.0-0', '0.0.0 1.0.0-rc.1 1.0.0', '0.0.0-0'],
    // One constraint allows prereleases for its whole group, but not for other groups.
    ['>=1.0.0-0, <2', '1.0.0-rc.1 2.0.0-rc.1', '2.0.0'],
    ['1.0.0-0 || 2', '1.0.0-0 2.0.0', '2.0.1-rc.1'],
    ['^1.2.3-rc.1', '1.2.3-rc.1 1.2.3-rc.2 1.2.3 1.9.0-alpha', '1.2.3-beta 2.0.0-0'],
    ['~1.2.3-rc.1', '1.2.3-rc.1 1.2.3 1.2.9-alpha', '1.2.3-beta 1.3.0-0'],
    ['*-1', '0.0.0-1 1.2.3-rc.1 1.2.3', '0.0.0-0'],
  ])

  checkRows('what one would not expect, but Helm does', [
    ['^*', '0.0.0', '0.0.1 1.2.3'],
    ['<=*', '0.0.0 0.0.9', '0.1.0 1.2.3'],
    ['!=*', '0.0.1 1.2.3', '0.0.0'],
    ['>*', '0.0.1 1.2.3', '0.0.0'],
    ['~0.0.0', '0.0.0 1.2.3', '1.2.3-rc.1'],
    ['<=1.2-rc', '1.2.9 1.2.9-rc.1', '1.3.0-alpha'],
    // After a wildcard for the major, anything may follow.
    ['x.1|.**', '1.2.3', '1.2.3-rc.1'],
    // Without a blank after the bars, the hyphen range begins at the 1: ">= 1||2, <= 3".
    ['1||2 - 3', '1.0.0 2.0.0 4.0.0', '0.9.0'],
  ])

  describe('refuses with the message of the library', () => {
    const words = (reason: string) => `improper constraint: ${reason}`

    it.each([
      ['', words('""')],
      [' ', words('" "')],
      ['foo', words('"foo"')],
      ['>=', words('">="')],
      ['==1', words('"==1"')],
      ['1.2.3.4', words('"1.2.3.4"')],
      [',1', words('",1"')],
      ['1,', words('"1,"')],
      ['1,,2', words('"1,,2"')],
      ['1>2', words('"1>2"')],
      ['1-rc_1', words('"1-rc_1"')],
      ['1 || >', words('" >"')],
      ['1 ||', words('""')],
      ['V1', words('"V1"')],
      ['\u00a01', words(String.raw`"\u00a01"`)],
      ['1 - 2 - 3', words('">= 1, <= 2 - 3"')],
      ['>=1 - 2', words('">=>= 1, <= 2 "')],
      ['1 ||2 - 3', words('"1>= "')],
      // What "2 - 3" is rewritten to goes to the first place where the text now has "2 - 3".
      ['1 - 2 - 3,2 - 3', words('">= 1, <= >= 2, <= 3 ,2 - 3"')],
      ['1x', 'constraint parser error'],
      ['1.2|', 'constraint parser error'],
      ['1|2', 'constraint parser error'],
      ['**', 'constraint parser error'],
      ['1.2.3-01', 'constraint parser error'],
      ['18446744073709551616', 'constraint parser error'],
      [`1.2.3-${'a'.repeat(251)}`, 'constraint parser error'],
      ['1'.repeat(513), 'constraint string is too long (max 512 bytes)'],
      ['\u00e9'.repeat(257), 'constraint string is too long (max 512 bytes)'],
      [Array(33).fill('1').join('||'), 'too many constraint groups (max 32)'],
    ])('%j', (range, message) => {
      expect(() => parseVersionRange(range)).toThrow(new SyntaxError(message))
    })
  })

  it('accepts 512 bytes and 32 groups', () => {
    expect(select('1'.padEnd(512), '1.0.0')).toBe('1.0.0')
    expect(select(`${'1||'.repeat(31)}2`, '2.0.0')).toBe('2.0.0')
  })

  it.each([
    ['blanks', '1'.padEnd(511) + '!'],
    ['many gaps', '1  '.repeat(170) + '!'],
    ['wide gaps', `1${' '.repeat(24)}`.repeat(20) + '!'],
    ['gaps with commas', '1 , '.repeat(127) + '!'],
    ['gaps after operators', '>  1  '.repeat(85) + '!'],
    ['segments', '1.1.1 '.repeat(85) + '!'],
    ['digits', '1'.repeat(511) + '!'],
    ['prereleases', `1-${'a.'.repeat(254)}!`],
    ['dashes', `1${'-'.repeat(510)}!`],
    ['builds', `1-a+${'a.'.repeat(253)}!`],
    ['bars in segments', '|.'.repeat(255) + '!'],
    ['hyphens', '1 - '.repeat(128)],
    ['wide hyphens', `${' '.repeat(127)}1${' '.repeat(127)}-${' '.repeat(127)}1${' '.repeat(127)}!`],
    ['hyphens with nothing behind', `1${' '.repeat(254)}-${' '.repeat(256)}`],
    ['many hyphen ranges', '1 - 2,'.repeat(85)],
  ])('refuses hostile %s at once', (_, range) => {
    // A regular expression that backtracks would need longer than the time-out of a test.
    expect(Buffer.byteLength(range)).toBeLessThanOrEqual(512)
    expect(() => parseVersionRange(range)).toThrow(SyntaxError)
  })

  // Pairs on which this and Helm's library once differed.
  it.each<[range: string, version: string, isIn: boolean]>([['*', '1.2.3', true]])(
    'still decides on %j and %s as Helm does',
    (range, version, isIn) => {
      expect(select(range, version) !== '').toBe(isIn)
    },
  )
})
