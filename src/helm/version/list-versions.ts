/** The versions of a chart, from the tags of its repository. */
import type { Turns } from '../../oras/turns.js'
import { compareVersions, parseStrictVersion, parseVersionTag, type Version } from './version.js'
import type { VersionRange } from './version-range.js'

/** A version of a chart in a registry. */
export interface ChartVersion {
  /** A semantic version, with the `+` that tags cannot have, and without a leading `v`. */
  readonly version: string
  /** As it is in the registry. */
  readonly tag: string
}

/** What {@link listVersions} makes of tags. */
export interface SortedTags {
  /** Newest first. */
  readonly versions: readonly ChartVersion[]
  /** The tags that are no versions: `latest`, `1.2`, signatures. In the order of their characters. */
  readonly otherTags: readonly string[]
}

/** A version with its parts. */
export interface ParsedTag extends ChartVersion {
  readonly parsed: Version
}

/** Reads a tag as a version; `undefined` if it is another tag. */
export function parseTagVersion(tag: string): ParsedTag | undefined {
  // Most other tags end here: a repository may have very many.
  if (!/^v?[0-9]/.test(tag)) return undefined
  const version = parseVersionTag(tag)
  const parsed = parseStrictVersion(version)
  return parsed && { version, tag, parsed }
}

/** Orders versions, newest first. Builds have no order; it only has to be the same every time, `1.2.3` before `v1.2.3`. */
export function compareTags(a: ParsedTag, b: ParsedTag): number {
  const compared = compareVersions(b.parsed, a.parsed)
  if (compared !== 0) return compared
  if (a.version !== b.version) return a.version < b.version ? 1 : -1
  return a.tag.length - b.tag.length
}

/**
 * Tells versions from other tags, and orders them, newest first.
 *
 * @param isWanted Leaves versions out. Unless given, all are listed.
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
