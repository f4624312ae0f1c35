/** One version of those that there are: the newest that fits, or the exact one. */
import { InvalidReferenceError, NotFoundError } from '../../oras/errors/oci-error.js'
import { type ChartVersion, listVersions } from './list-versions.js'
import { quote } from '../../oras/errors/escape-message.js'
import {
  compareVersions,
  formatVersionTag,
  parseStrictVersion,
  parseVersion,
  parseVersionTag,
  type Version,
} from './version.js'
import { parseVersionRange, type VersionRange } from './version-range.js'

/** So many tags are named. */
const MAX_NAMED = 3

/** Which version is wanted. */
export interface VersionChoice {
  /** A version, or a range of them as Helm writes ranges. Default: any. */
  readonly version?: string | undefined
  /** Whether prereleases are as good as other versions. */
  readonly prerelease?: boolean | undefined
}

/**
 * Reads what a program calls a range.
 *
 * @throws {InvalidReferenceError} if it is not a range.
 */
export function parseWantedRange(text: string, prerelease = false): VersionRange {
  try {
    return parseVersionRange(text, { prerelease })
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidReferenceError(`Cannot choose a version: ${cause.message}`, {
      cause,
      input: text,
      part: text,
      hint: 'Write a version, or a range as Helm has them: ^1.2, ~1.2.3, ">=1.2 <2", 1.x, *.',
    })
  }
}

/**
 * Chooses a version by the tags of the repository: the tag that is called exactly so, or the newest version that fits.
 *
 * @param where Begins the refusal: `Cannot read chart localhost:5000/mychart`.
 * @throws {NotFoundError} if none fits; it names the nearest ones.
 */
export function selectVersion(tags: readonly string[], choice: VersionChoice, where: string): ChartVersion {
  const { version: wanted = '*', prerelease = false } = choice
  const { versions, otherTags } = listVersions(tags)
  const tag = formatVersionTag(wanted)
  if (tags.includes(tag)) return versions.find((each) => each.tag === tag) ?? { version: wanted, tag }

  const exact = parseStrictVersion(parseVersionTag(wanted))
  const found = exact
    ? versions.find(({ version }) => isSame(parseVersion(version) as Version, exact))
    : listVersions(tags, parseWantedRange(wanted, prerelease)).versions[0]
  if (found) return found
  const what = choice.version === undefined ? 'stable version' : `version that fits ${quote(wanted)}`
  const reason = `there is no ${what}; ${describeNearest(wanted, versions, otherTags)}`
  if (versions.length === 0) {
    throw new NotFoundError(`${where}: ${reason}`, {
      hint: 'Name a tag in the reference, if one of them is the chart; versions are tags such as 1.2.3.',
    })
  }
  throw new NotFoundError(`${where}: ${reason}`, {
    hint: 'Name one of the versions that there are; listChartVersions() lists them. Prereleases count with prerelease: true, or if the range holds one.',
  })
}

function isSame(a: Version, b: Version): boolean {
  return compareVersions(a, b) === 0 && a.build === b.build
}

/** Names the versions right above and right below the first one that the range speaks of. */
function describeNearest(wanted: string, versions: readonly ChartVersion[], otherTags: readonly string[]): string {
  if (versions.length === 0) {
    if (otherTags.length === 0) return 'there are no tags at all'
    const named = otherTags.slice(0, MAX_NAMED).join(' and ')
    if (otherTags.length === 1) return `there is only the tag ${named}`
    return `there are only the tags ${named}${otherTags.length > MAX_NAMED ? ' and others' : ''}`
  }
  const anchor = parseVersion(/[0-9]+(?:\.[0-9]+){0,2}(?:-[0-9A-Za-z.-]+)?/.exec(wanted)?.[0] ?? '')
  const newest = versions[0] as ChartVersion
  if (!anchor) return `the newest is ${newest.version}`
  const at = versions.findIndex(({ version }) => compareVersions(parseVersion(version) as Version, anchor) <= 0)
  const nearest = at < 0 ? [versions.at(-1)] : [versions[at - 1], versions[at]]
  const names = nearest.filter((each) => each !== undefined).map(({ version }) => version)
  return names.length === 1 ? `the nearest is ${names[0]}` : `the nearest are ${names.join(' and ')}`
}
