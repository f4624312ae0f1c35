/** Versions as Helm reads, orders and tags them; it accepts a little more than semantic versioning does. */

/** Go keeps a segment in 64 bits, of which a number holds 53: beyond them, and only there, it is a bigint. */
export type Segment = number | bigint

/** A version in its parts. */
export interface Version {
  readonly major: Segment
  readonly minor: Segment
  readonly patch: Segment
  /** Without the dash; empty for a release. */
  readonly prerelease: string
  /** Without the plus; empty if there is none. */
  readonly build: string
}

// The length that Helm's semver library allows.
const MAX_LENGTH = 256

let versionPattern: RegExp | undefined

/** Unlike in semver.org's grammar, segments may be missing, and may begin with zeros or with a "v". */
function compileVersionPattern(): RegExp {
  const identifier = '(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)'
  const build = '[0-9A-Za-z-]+'
  return new RegExp(
    '^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?' +
      `(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+(${build}(?:\\.${build})*))?$`,
  )
}

/** Reads `1.2.3`, `v1.2` or `1.2.3-rc.1+build`; gives `undefined` for what Helm does not take for a version. */
export function parseVersion(text: string): Version | undefined {
  const found = text.length > MAX_LENGTH ? null : (versionPattern ??= compileVersionPattern()).exec(text)
  if (!found) return undefined
  const [, first = '', second = '0', third = '0', prerelease = '', build = ''] = found
  const [major, minor, patch] = [parseSegment(first), parseSegment(second), parseSegment(third)]
  return [major, minor, patch].every(fitsGo) ? { major, minor, patch, prerelease, build } : undefined
}

// As semver.org has it: three segments, none of them with a leading zero.
const STRICT = /^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?![0-9.])/

/** Reads a whole semantic version; gives `undefined` for `v1.2.3`, `1.2` and all else that is not one. */
export function parseStrictVersion(text: string): Version | undefined {
  return STRICT.test(text) ? parseVersion(text) : undefined
}

/** Writes a version as Helm tags it, with `_` for `+`, which registries allow in no tag. */
export function formatVersionTag(version: string): string {
  return version.replaceAll('+', '_')
}

/** Reads a tag as the version that it may be: with `+` for `_`, and without the leading `v` that some people write. */
export function parseVersionTag(tag: string): string {
  return tag.replaceAll('_', '+').replace(/^v/, '')
}

/** Orders two versions, for `sort()`. Builds do not count: versions that differ in nothing else are equal. */
export function compareVersions(a: Version, b: Version): number {
  return compareSegments(a, b, 3) || comparePrereleases(a.prerelease, b.prerelease)
}

/** Orders two versions by their first segments alone: by one, the majors, or by two or three. */
export function compareSegments(a: Version, b: Version, count: 1 | 2 | 3): number {
  if (a.major !== b.major) return a.major < b.major ? -1 : 1
  if (count > 1 && a.minor !== b.minor) return a.minor < b.minor ? -1 : 1
  if (count > 2 && a.patch !== b.patch) return a.patch < b.patch ? -1 : 1
  return 0
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return 1
  if (b === '') return -1
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  // One has ended, and the other goes on behind a dot.
  if (at === a.length && b[at] === '.') return -1
  if (at === b.length && a[at] === '.') return 1
  const start = at === 0 ? 0 : a.lastIndexOf('.', at - 1) + 1
  return compareIdentifiers(cutIdentifier(a, start), cutIdentifier(b, start))
}

function cutIdentifier(text: string, start: number): string {
  const end = text.indexOf('.', start)
  return end < 0 ? text.slice(start) : text.slice(start, end)
}

/** Compares identifiers that are not equal. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOther] = [isGoNumber(a), isGoNumber(b)]
  if (isNumber !== isOther) return isNumber ? -1 : 1
  // No number has a zero before it, so the longer one is the larger one.
  if (isNumber && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : 1
}

const MAX_NUMBER = String(2n ** 64n - 1n)

// For Helm's library, digits that do not fit 64 bits are a word.
function isGoNumber(identifier: string): boolean {
  if (!/^[0-9]+$/.test(identifier) || identifier.length > MAX_NUMBER.length) return false
  return identifier.length < MAX_NUMBER.length || identifier <= MAX_NUMBER
}

function parseSegment(digits: string): Segment {
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : BigInt(digits)
}

function fitsGo(value: Segment): boolean {
  return typeof value === 'number' || value < 2n ** 64n
}
