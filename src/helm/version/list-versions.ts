/** Lists the versions of a chart from the tags of its repository. */
import type { Turns } from '../../oras/turns.js'
import { compareVersions, parseStrictVersion, parseVersionTag, type Version } from './version.js'
import type { VersionRange } from './version-range.js'

/** A version of a chart in a registry. */
export interface ChartVersion {
  /** The semantic version: with `+` in place of the `_` of the tag, and without a leading `v`. */
  readonly version: string
  /** The tag in the registry. */
  readonly tag: string
}

/** The result of {@link listVersions}. */
export interface SortedTags {
  /** The versions, newest first. */
  readonly versions: readonly ChartVersion[]
  /** The tags that are not versions (`latest`, `1.2`, tags of signatures), sorted by their characters. */
  readonly otherTags: readonly string[]
}

/** A version and its parsed form. */
export interface ParsedTag extends ChartVersion {
  /** The version, parsed. */
  readonly parsed: Version
}

/** Parses a tag as a version; gives `undefined` if it is not one. */
export function parseTagVersion(tag: string): ParsedTag | undefined {
  // A fast answer for most other tags: a repository may have very many.
  if (!/^v?[0-9]/.test(tag)) return undefined
  const version = parseVersionTag(tag)
  const parsed = parseStrictVersion(version)
  return parsed && { version, tag, parsed }
}

/**
 * Compares two versions, newest first. Builds have no order of their own, but the result must not depend on the order of
 * the tags; `1.2.3` comes before `v1.2.3`.
 */
export function compareTags(a: ParsedTag, b: ParsedTag): number {
  const compared = compareVersions(b.parsed, a.parsed)
  if (compared !== 0) return compared
  if (a.version !== b.version) return a.version < b.version ? 1 : -1
  return a.tag.length - b.tag.length
}

/**
 * Separates the versions from the other tags, and sorts them, newest first.
 *
 * @param isWanted Only versions in this range are listed; without it, all are.
 */
export async function listVersions(
  tags: readonly string[],
  turns: Turns,
  isWanted?: VersionRange,
): Promise<SortedTags> {
  const found: ParsedTag[] = []
  const others: string[] = []
  for (const tag of tags) {
    const version = parseTagVersion(tag)
    if (!version) others.push(tag)
    else if (!isWanted || isWanted(version.parsed)) found.push(version)
    const turn = turns.take(2 + (version && isWanted ? isWanted.comparisons : 0))
    if (turn) await turn
  }
  const versions: ChartVersion[] = []
  for (const { version, tag } of await turns.sort(found, compareTags)) {
    versions.push({ version, tag })
    const turn = turns.take()
    if (turn) await turn
  }
  return { versions, otherTags: await turns.sort(others, (a, b) => (a < b ? -1 : 1)) }
}
