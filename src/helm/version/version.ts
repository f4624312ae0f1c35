/** Versions as Helm parses, compares and tags them; Helm accepts a little more than semantic versioning does. */

/** A segment of a version. Go keeps 64 bits; a number holds only 53, so a larger segment is a bigint. */
export type Segment = number | bigint

/** A parsed version. */
export interface Version {
  readonly major: Segment
  readonly minor: Segment
  readonly patch: Segment
  /** The prerelease without its dash; empty for a release. */
  readonly prerelease: string
  /** The build metadata without the plus; empty for a version without a build. */
  readonly build: string
}

/** The longest version that Helm's library allows. */
const MAX_LENGTH = 256

let versionPattern: RegExp | undefined

/** Compiles Helm's grammar: unlike semver.org's, it allows missing segments, leading zeros and a leading "v". */
function compileVersionPattern(): RegExp {
  const identifier = '(?:0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)'
  const build = '[0-9A-Za-z-]+'
  return new RegExp(
    '^v?([0-9]+)(?:\\.([0-9]+))?(?:\\.([0-9]+))?' +
      `(?:-(${identifier}(?:\\.${identifier})*))?(?:\\+(${build}(?:\\.${build})*))?$`,
  )
}

/** Parses `1.2.3`, `v1.2` or `1.2.3-rc.1+build`; gives `undefined` if Helm does not accept the version. */
export function parseVersion(text: string): Version | undefined {
  const found = text.length > MAX_LENGTH ? null : (versionPattern ??= compileVersionPattern()).exec(text)
  if (!found) return undefined
  const [, first = '', second = '0', third = '0', prerelease = '', build = ''] = found
  const [major, minor, patch] = [parseSegment(first), parseSegment(second), parseSegment(third)]
  return [major, minor, patch].every(fitsGo) ? { major, minor, patch, prerelease, build } : undefined
}

// As in semver.org's grammar: three segments without leading zeros.
const STRICT = /^(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)(?![0-9.])/

/** Parses a complete semantic version; gives `undefined` for anything else, such as `v1.2.3` or `1.2`. */
export function parseStrictVersion(text: string): Version | undefined {
  return STRICT.test(text) ? parseVersion(text) : undefined
}

/** Gives the tag of a version as Helm does: with `_` for `+`, which a tag cannot have. */
export function formatVersionTag(version: string): string {
  return version.replaceAll('+', '_')
}

/** Gives the version that a tag may stand for: with `+` for `_`, and without a leading `v`. */
export function parseVersionTag(tag: string): string {
  return tag.replaceAll('_', '+').replace(/^v/, '')
}

/** Compares two versions, for `sort()`. Versions that differ only in their builds are equal. */
export function compareVersions(a: Version, b: Version): number {
  return compareSegments(a, b, 3) || comparePrereleases(a.prerelease, b.prerelease)
}

/** Compares two versions by their first `count` segments: major, minor, patch. */
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
  // One prerelease is the beginning of the other; the shorter one is lower.
  if (at === a.length && b[at] === '.') return -1
  if (at === b.length && a[at] === '.') return 1
  const start = at === 0 ? 0 : a.lastIndexOf('.', at - 1) + 1
  return compareIdentifiers(cutIdentifier(a, start), cutIdentifier(b, start))
}

function cutIdentifier(text: string, start: number): string {
  const end = text.indexOf('.', start)
  return end < 0 ? text.slice(start) : text.slice(start, end)
}

/** Compares two different identifiers of a prerelease. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOther] = [isGoNumber(a), isGoNumber(b)]
  if (isNumber !== isOther) return isNumber ? -1 : 1
  // Numbers have no leading zeros, so the longer one is larger.
  if (isNumber && a.length !== b.length) return a.length - b.length
  return a < b ? -1 : 1
}

const MAX_NUMBER = String(2n ** 64n - 1n)

/** Tells whether an identifier is a number; Helm's library compares digits beyond 64 bits as text. */
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
