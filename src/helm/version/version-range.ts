/** Version ranges exactly as Helm means them: `^1.2`, `>=1.2, <2 || 3.x`, `1.2 - 1.4`. */
import { quote } from '../../oras/errors/escape-message.js'
import { compareSegments, compareVersions, parseVersion, type Version } from './version.js'

/** Tells whether a version is in the range. */
export interface VersionRange {
  (version: Version): boolean
  /** How many comparisons with other versions that takes at most. */
  readonly comparisons: number
}

interface Constraint {
  readonly operator: string
  /** What the version is compared with; zeros stand where the range says nothing. */
  readonly base: Version
  /** How many segments the range gives: all of `1.2.3`, one of `1.x` or `1`, none of `*`. */
  readonly given: 0 | 1 | 2 | 3
}

/** In bytes; a longer text is refused unread. */
export const MAX_RANGE = 512
const MAX_GROUPS = 32

const PARTS = /^v?([^.+-]+)(\.[^.+-]+)?(\.[^.+-]+)?(-[^+]+)?/

interface Patterns {
  /** One constraint: its operator, and the version that may be given in part. */
  readonly constraint: RegExp
  /** `1.2 - 1.4`. */
  readonly hyphenRange: RegExp
  /** All constraints between two `||`. */
  readonly group: RegExp
}

let patterns: Patterns | undefined

/** The patterns of Masterminds' library. */
function compilePatterns(): Patterns {
  // White space as Go has it, which is less than JavaScript's.
  const space = '[\\t\\n\\f\\r ]'
  const operator = '(?:[!<>]=|=[<>]|~>|[=<>~^])'
  // The "|" was surely not meant to be here, but Helm's library has it. It ends up as a segment that is no number.
  const segment = '[0-9xX*|]+'
  const identifiers = '[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*'
  const partial = `v?${segment}(?:\\.${segment})?(?:\\.${segment})?(?:-${identifiers})?(?:\\+${identifiers})?`
  // Charts come from strangers: no two parts in a row may match the same text, or a hostile range would take for ever.
  const first = `${space}*(?:${operator}${space}*)?${partial}`
  const further = `(?:${space}*,${space}*|${space}+)(?:${operator}${space}*)?${partial}`
  return {
    constraint: new RegExp(`(${operator}?)${space}*(${partial})`, 'g'),
    hyphenRange: new RegExp(`${space}*(${partial})${space}+-${space}+(${partial})${space}*`, 'g'),
    group: new RegExp(`^${first}(?:${further})*${space}*$`),
  }
}

/**
 * Reads a range. A version must meet all constraints between two `||`, and no prerelease does unless one of these
 * constraints has a prerelease itself. The empty text is no range: where Helm lets it stand for all, it writes `*`.
 *
 * @param options `prerelease`: whether prereleases are in the range like all other versions; `false` unless told.
 * @throws {SyntaxError} with the message of Helm's library if the text is no range.
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

/** Writes `1.2 - 1.4` as `>= 1.2, <= 1.4`. */
function rewriteHyphens(text: string, { hyphenRange }: Patterns): string {
  let rewritten = text
  for (const [found, from, to] of text.matchAll(hyphenRange)) {
    // As in Helm's library, the first place that reads the same is replaced; bad ranges show it in the message.
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
  // It looked like one, but has half a wildcard, a segment of more than 64 bits, a prerelease with a leading zero.
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
      // Of "*" Helm's library makes "0.0.x" here.
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

/** Says how many segments must be equal after a caret; of `*` Helm's library makes `0.0.0`. */
function findCaret(base: Version, given: Constraint['given']): 1 | 2 | 3 {
  if (base.major > 0 || given === 1) return 1
  return base.minor > 0 || given === 2 ? 2 : 3
}

/** Tells whether a version that is not less than the base is also not too far above it for a tilde. */
function isNear(version: Version, base: Version, given: Constraint['given']): boolean {
  if (given === 0) return true
  // Helm's library takes "~0.0.0" for "*".
  if (given === 3 && base.major === 0 && base.minor === 0 && base.patch === 0) return true
  return compareSegments(version, base, given === 1 ? 1 : 2) === 0
}
