/** Properties of versions and ranges: a total order, and operators with their meaning. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { parseVersionRange } from '../../src/helm/version/version-range.js'
import { type compareVersions, parseVersion, type Version } from '../../src/helm/version/version.js'
import type { NamedProperty } from './named-property.js'

export interface VersionOrder {
  readonly parseVersionRange: typeof parseVersionRange
  readonly compareVersions: typeof compareVersions
}

export function versionRangeProperties(order: VersionOrder): readonly NamedProperty[] {
  const { parseVersionRange, compareVersions } = order
  const holds = (range: string, version: string): boolean => parseVersionRange(range)(read(version))
  return [
    {
      name: 'order versions as the keys of the model do, whatever their builds',
      property: fc.property(pairs, builds, ([a, b], build) => {
        expect(Math.sign(compareVersions(read(a), read(b + build)))).toBe(compareByKey(read(a), read(b)))
      }),
    },
    {
      name: 'order versions totally: antisymmetric and transitive',
      property: fc.property(versions, versions, versions, (...texts) => {
        const [a, b, c] = texts.map(read) as [Version, Version, Version]
        expect(compareVersions(a, a)).toBe(0)
        // 0 and -0 are equal here.
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0)
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
        }
      }),
    },
    {
      name: 'contain what the operator says, with an operator and a full version',
      property: fc.property(fc.constantFrom(...Object.keys(OPERATORS)), pairs, (operator, [base, version]) => {
        expect([version, holds(operator + base, version)]).toEqual([version, holdsByModel(operator, base, version)])
      }),
    },
    {
      name: 'contain what lies between two versions, with a missing or wild segment',
      property: fc.property(partials, releases, ({ operator, text, low, high }, version) => {
        const isIn = WITHIN[operator]?.(compareByKey(read(version), read(low)), compareByKey(read(version), read(high)))
        expect([operator + text, version, holds(operator + text, version)]).toEqual([operator + text, version, isIn])
      }),
    },
    {
      name: 'contain what is neither below nor above, with a hyphen',
      property: fc.property(versions, pairs, (from, [to, version]) => {
        const isIn = compareByKey(read(from), read(version)) <= 0 && compareByKey(read(version), read(to)) <= 0
        const allowsPrereleases = isPrerelease(from) || isPrerelease(to) || !isPrerelease(version)
        expect(holds(`${from} - ${to}`, version)).toBe(isIn && allowsPrereleases)
      }),
    },
    {
      name: 'contain what one of the two contains, with ||',
      property: fc.property(groups, groups, versions, ({ range: a }, { range: b }, version) => {
        expect(holds(`${a} || ${b}`, version)).toBe(holds(a, version) || holds(b, version))
      }),
    },
    {
      name: 'contain what both contain, with a comma or a blank, if both or neither allow prereleases',
      property: fc.property(
        groups,
        groups,
        fc.constantFrom(',', ', ', ' ', ' , '),
        versions,
        (a, b, comma, version) => {
          fc.pre(a.allowsPrereleases === b.allowsPrereleases)
          expect(holds(a.range + comma + b.range, version)).toBe(holds(a.range, version) && holds(b.range, version))
        },
      ),
    },
    {
      name: 'contain no prerelease that they do not name, and are parsed or refused with a SyntaxError',
      property: fc.property(anyRange, versions, (range, version) => {
        let isIn: boolean
        try {
          isIn = holds(range, version)
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
          return
        }
        if (isPrerelease(version) && !range.includes('-')) expect(isIn).toBe(false)
      }),
    },
  ]
}

function read(text: string): Version {
  return parseVersion(text) as Version
}

function isPrerelease(version: string): boolean {
  return version.includes('-')
}

/** Orders versions by keys of text. */
function compareByKey(a: Version, b: Version): number {
  const [ours, theirs] = [toKey(a), toKey(b)]
  if (ours === theirs) return 0
  return ours < theirs ? -1 : 1
}

function toKey({ major, minor, patch, prerelease }: Version): string {
  const pad = (text: string): string => text.padStart(20, '0')
  // A release comes after its prereleases, a word after a number, and a longer list after its own beginning. Digits that
  // do not fit 64 bits are a word.
  const identifiers = prerelease.split('.').map((each) => (isNumber(each) ? `0${pad(each)}` : `1${each}`))
  const last = prerelease === '' ? '2' : identifiers.map((each) => `${each}\0`).join('')
  return [major, minor, patch].map((segment) => pad(String(segment))).join('') + last
}

function isNumber(identifier: string): boolean {
  return /^[0-9]+$/.test(identifier) && BigInt(identifier) < 2n ** 64n
}

/** What an operator says of a version that may be in the range at all, by how that compares with the base. */
const OPERATORS: Readonly<Record<string, (compared: number, base: Version, version: Version) => boolean>> = {
  '': (compared) => compared === 0,
  '=': (compared) => compared === 0,
  '!=': (compared) => compared !== 0,
  '>': (compared) => compared > 0,
  '<': (compared) => compared < 0,
  '>=': (compared) => compared >= 0,
  '=>': (compared) => compared >= 0,
  '<=': (compared) => compared <= 0,
  '=<': (compared) => compared <= 0,
  '^': (compared, base, version) => compared >= 0 && isBelow(version, nextBreaking(base)),
  '~': (compared, base, version) => compared >= 0 && isNear(version, base),
  '~>': (compared, base, version) => compared >= 0 && isNear(version, base),
}

function holdsByModel(operator: string, base: string, version: string): boolean {
  if (isPrerelease(version) && !isPrerelease(base)) return false
  const [ours, theirs] = [read(version), read(base)]
  return OPERATORS[operator]?.(compareByKey(ours, theirs), theirs, ours) ?? false
}

/** The first version that may break what works with this one. */
function nextBreaking({ major, minor, patch }: Version): string {
  if (major > 0) return `${BigInt(major) + 1n}.0.0`
  return minor > 0 ? `0.${BigInt(minor) + 1n}.0` : `0.0.${BigInt(patch) + 1n}`
}

function isNear(version: Version, base: Version): boolean {
  // For Helm's library, this one is a star.
  if (base.major === 0 && base.minor === 0 && base.patch === 0) return true
  return isBelow(version, `${base.major}.${BigInt(base.minor) + 1n}.0`)
}

/** The prereleases of the end belong to the end. */
function isBelow(version: Version, end: string): boolean {
  return compareByKey({ ...version, prerelease: '' }, read(end)) < 0
}

/** What an operator says of a release, by how that compares with the lowest one of the base and with the next above. */
const WITHIN: Readonly<Record<string, (low: number, high: number) => boolean>> = {
  '': (low, high) => low >= 0 && high < 0,
  '=': (low, high) => low >= 0 && high < 0,
  '~': (low, high) => low >= 0 && high < 0,
  '~>': (low, high) => low >= 0 && high < 0,
  '^': (low, high) => low >= 0 && high < 0,
  '!=': (low, high) => low < 0 || high >= 0,
  '>': (_, high) => high >= 0,
  '>=': (low) => low >= 0,
  '<': (low) => low < 0,
  '<=': (_, high) => high < 0,
}

// Few and small numbers, so that versions are often in a range, or just outside it. 10 and 9 are in the wrong order as text,
// and the last two are one number for a reader that has 53 bits.
const numbers = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('0', '1', '2', '3') },
  { weight: 2, arbitrary: fc.constantFrom('9', '10', '9007199254740992', '9007199254740993') },
)
const identifiers = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('0', '1', '2', '9', '10', 'alpha', 'rc', 'Rc') },
  { weight: 2, arbitrary: fc.constantFrom('-', 'a-b', '1a', 'x', '9007199254740992', '9007199254740993') },
  { weight: 1, arbitrary: fc.constantFrom('18446744073709551615', '18446744073709551616', '99999999999999999999') },
)
const releases = fc.tuple(numbers, numbers, numbers).map((segments) => segments.join('.'))
const lists = fc.array(identifiers, { minLength: 1, maxLength: 3 })
const suffixes = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: lists.map((list) => `-${list.join('.')}`) },
)
const builds = fc.constantFrom('', '+1', '+build.01', '+-')
const versions = fc.tuple(releases, suffixes).map((texts) => texts.join(''))

/** Two versions: any, or such that differ in one segment, often by one, or in one identifier or the number of these. */
const pairs: fc.Arbitrary<readonly [base: string, version: string]> = fc.oneof(
  fc.tuple(versions, versions),
  fc
    .record({ release: releases, suffix: suffixes, at: fc.nat({ max: 2 }), number: fc.option(numbers, { freq: 1 }) })
    .map(({ release, suffix, at, number }) => {
      const segments = release.split('.')
      const changed = segments.with(at, number ?? String(BigInt(segments[at] ?? 0) + 1n))
      return [release + suffix, changed.join('.') + suffix] as const
    }),
  fc
    .record({ release: releases, list: lists, at: fc.nat({ max: 2 }), others: fc.array(identifiers, { maxLength: 1 }) })
    .map(({ release, list, at, others }) => {
      const changed = list.toSpliced(at, 1, ...others)
      return [`${release}-${list.join('.')}`, release + (changed.length > 0 ? `-${changed.join('.')}` : '')] as const
    }),
)

const wild = fc.constantFrom('x', 'X', '*')
const partials = fc
  .record({
    operator: fc.constantFrom(...Object.keys(WITHIN)),
    major: numbers,
    minor: numbers,
    ending: fc.oneof(
      fc.constant(['']),
      wild.map((text) => [`.${text}`]),
      fc.tuple(wild, wild).map(([a, b]) => [`.${a}`, `.${b}`]),
    ),
    givesMinor: fc.boolean(),
    prefix: fc.constantFrom('', '', 'v'),
  })
  .map(({ operator, major, minor, ending, givesMinor, prefix }) => {
    const next = (segment: string): bigint => BigInt(segment) + 1n
    if (!givesMinor) {
      const text = `${prefix}${major}${ending.join('')}`
      return { operator, text, low: `${major}.0.0`, high: `${next(major)}.0.0` }
    }
    // A caret ends at the next version that may break something, which after 0 is the next minor.
    const isCaret = operator === '^' && BigInt(major) > 0n
    const high = isCaret ? `${next(major)}.0.0` : `${major}.${next(minor)}.0`
    return { operator, text: `${prefix}${major}.${minor}${ending[0]}`, low: `${major}.${minor}.0`, high }
  })

const constraints = fc
  .tuple(fc.constantFrom(...Object.keys(OPERATORS)), versions)
  .map(([operator, version]) => operator + version)
/** Constraints that a version must meet all, and whether one of them has a prerelease. */
const groups = fc
  .array(fc.oneof({ weight: 4, arbitrary: constraints }, { weight: 1, arbitrary: partials.map(({ text }) => text) }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((list) => ({ range: list.join(', '), allowsPrereleases: list.some(isPrerelease) }))

const anyRange = fc.oneof(
  fc.array(groups, { minLength: 1, maxLength: 3 }).map((list) => list.map(({ range }) => range).join('||')),
  fc.string({ unit: fc.constantFrom(...Array.from('0123.xX*v-+|,<>=!~^ \t')), maxLength: 12 }),
  fc.string({ unit: 'binary' }),
)
