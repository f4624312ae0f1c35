/** Version ranges exactly as Helm reads them: `^1.2`, `>=1.2, <2 || 3.x`, `1.2 - 1.4`. */
import { quote } from '../../oras/errors/escape-message.js'
import { compareSegments, compareVersions, parseVersion, type Version } from './version.js'

/** Tells whether a version is in the range. */
export interface VersionRange {
  (version: Version): boolean
  /** How many comparisons of versions one call makes at most. */
  readonly comparisons: number
}

interface Constraint {
  readonly operator: string
  /** The version to compare with; missing segments are 0. */
  readonly base: Version
  /** How many segments the constraint has: 3 in `1.2.3`, 1 in `1.x` or `1`, 0 in `*`. */
  readonly given: 0 | 1 | 2 | 3
}

/** The longest text of a range, in bytes, as in Helm's library. */
export const MAX_RANGE = 512
const MAX_GROUPS = 32

const PARTS = /^v?([^.+-]+)(\.[^.+-]+)?(\.[^.+-]+)?(-[^+]+)?/

interface Patterns {
  /** One constraint: an operator, and a version, whose last segments may be missing. */
  readonly constraint: RegExp
  /** `1.2 - 1.4`. */
  readonly hyphenRange: RegExp
  /** All constraints between two `||`. */
  readonly group: RegExp
}

let patterns: Patterns | undefined

/** Compiles the patterns of Masterminds/semver, the library that Helm uses. */
function compilePatterns(): Patterns {
  // Go's `\s`, which is less than JavaScript's.
  const space = '[\\t\\n\\f\\r ]'
  const operator = '(?:[!<>]=|=[<>]|~>|[=<>~^])'
  // The "|" is probably a mistake in the library; a segment with it is refused later, because it is no number.
  const segment = '[0-9xX*|]+'
  const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
  const partial = `v?${segment}(?:\\.${segment})?(?:\\.${segment})?(?:-${identifiers})?(?:\\+${identifiers})?`
  // Two parts in a row never match the same text; otherwise a hostile range would take exponential time.
  const first = `${space}*(?:${operator}${space}*)?${partial}`
  const further = `(?:${space}*,${space}*|${space}+)(?:${operator}${space}*)?${partial}`
  return {
    constraint: new RegExp(`(${operator}?)${space}*(${partial})`, 'g'),
    hyphenRange: new RegExp(`${space}*(${partial})${space}+-${space}+(${partial})${space}*`, 'g'),
    group: new RegExp(`^${first}(?:${further})*${space}*$`),
  }
}

/**
 * Parses a range. A version must meet all constraints of one group; groups are separated by `||`. A prerelease is in the
 * range only if a constraint of the group has a prerelease. The empty text is not a range: Helm replaces it by `*` first.
 *
 * @param options.prerelease Whether prereleases count as other versions do; `false` by default.
 * @throws {SyntaxError} with the message of Helm's library, if the text is not a range.
 */
export function parseVersionRange(
  text: string,
  options: { readonly prerelease?: boolean | undefined } = {},
): VersionRange {
  const isLong = text.length > MAX_RANGE || Buffer.byteLength(text) > MAX_RANGE
  if (isLong) throw new SyntaxError(`constraint string is too long (max ${MAX_RANGE} bytes)`)
  const compiled = (patterns ??= compilePatterns())
  const texts = rewriteHyphens(text, compiled).split('||')
  if (texts.length > MAX_GROUPS) throw new SyntaxError(`too many constraint groups (max ${MAX_GROUPS})`)
  const groups = texts.map((group) => parseGroup(group, compiled, options.prerelease ?? false))
  return countComparisons(
    (version) => groups.some((isInGroup) => isInGroup(version)),
    groups.reduce((sum, { comparisons }) => sum + comparisons, 0),
  )
}

/** Rewrites `1.2 - 1.4` as `>= 1.2, <= 1.4`. */
function rewriteHyphens(text: string, { hyphenRange }: Patterns): string {
  let rewritten = text
  for (const [found, from, to] of text.matchAll(hyphenRange)) {
    // As in Helm's library, the first occurrence of the same text is replaced; messages about invalid ranges show it.
    rewritten = rewritten.replace(found, `>= ${from}, <= ${to} `)
  }
  return rewritten
}

function parseGroup(text: string, { group, constraint }: Patterns, takesPrereleases: boolean): VersionRange {
  if (!group.test(text)) throw new SyntaxError(`improper constraint: ${quote(text)}`)
  const constraints = Array.from(text.matchAll(constraint), ([, operator, partial]) =>
    parseConstraint(operator as string, partial as string),
  )
  const allowsPrereleases = takesPrereleases || constraints.some(({ base }) => base.prerelease !== '')
  return countComparisons((version) => {
    if (version.prerelease !== '' && !allowsPrereleases) return false
    return constraints.every((each) => meets(version, each))
  }, constraints.length)
}

function countComparisons(isIn: (version: Version) => boolean, comparisons: number): VersionRange {
  return Object.assign(isIn, { comparisons })
}

function parseConstraint(operator: string, partial: string): Constraint {
  const [, major = '', minor, patch, prerelease = ''] = PARTS.exec(partial) as RegExpExecArray
  const given = [major, minor, patch].findIndex(isWildcard)
  const texts = [`0.0.0${prerelease}`, `${major}.0.0${prerelease}`, `${major}${minor}.0${prerelease}`]
  const base = parseVersion(texts[given] ?? partial)
  // A segment is half a wildcard or has more than 64 bits, or the prerelease has a leading zero.
  if (!base) throw new SyntaxError('constraint parser error')
  return { operator, base, given: given < 0 ? 3 : (given as 0 | 1 | 2) }
}

function isWildcard(segment: string | undefined): boolean {
  return segment === undefined || /^\.?[xX*]$/.test(segment)
}

function meets(version: Version, { operator, base, given }: Constraint): boolean {
  const compared = compareVersions(version, base)
  const upTo = (count: 1 | 2 | 3): number => compareSegments(version, base, count)
  switch (operator) {
    case '!=':
      if (given === 1) return upTo(1) !== 0
      return given === 2 ? upTo(2) !== 0 || version.prerelease !== base.prerelease : compared !== 0
    case '>':
      return (given === 1 || given === 2 ? upTo(given) : compared) > 0
    case '<':
      return compared < 0
    case '>=':
    case '=>':
      return compared >= 0
    case '<=':
    case '=<':
      if (given === 3) return compared <= 0
      // Helm's library takes "*" for "0.0.x" here.
      return upTo(given === 1 ? 1 : 2) <= 0
    case '^':
      return compared >= 0 && upTo(findCaret(base, given)) === 0
    case '~':
    case '~>':
      return compared >= 0 && isNear(version, base, given)
    default:
      return given === 3 ? compared === 0 : compared >= 0 && isNear(version, base, given)
  }
}

/** Tells how many segments must be equal after a caret; Helm's library takes `^*` for `^0.0.0`. */
function findCaret(base: Version, given: Constraint['given']): 1 | 2 | 3 {
  if (base.major > 0 || given === 1) return 1
  return base.minor > 0 || given === 2 ? 2 : 3
}

/** Tells whether a version, which is not less than the base, is below the upper bound of a tilde. */
function isNear(version: Version, base: Version, given: Constraint['given']): boolean {
  if (given === 0) return true
  // Helm's library takes "~0.0.0" for "*".
  if (given === 3 && base.major === 0 && base.minor === 0 && base.patch === 0) return true
  return compareSegments(version, base, given === 1 ? 1 : 2) === 0
}
