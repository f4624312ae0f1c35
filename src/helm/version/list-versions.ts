/** The versions of a chart, from the tags of its repository. */
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

interface Candidate extends ChartVersion {
  readonly parsed: Version
}

/**
 * Tells versions from other tags, and orders them, newest first.
 *
 * @param isWanted Leaves versions out. Unless given, all are listed.
 */
export function listVersions(tags: readonly string[], isWanted: VersionRange = () => true): SortedTags {
  const candidates: Candidate[] = []
  const otherTags: string[] = []
  for (const tag of tags) {
    const version = parseVersionTag(tag)
    const parsed = parseStrictVersion(version)
    if (!parsed) otherTags.push(tag)
    else if (isWanted(parsed)) candidates.push({ version, tag, parsed })
  }
  const sorted = candidates.toSorted((a, b) => compareVersions(b.parsed, a.parsed) || compareTags(a, b))
  return { versions: sorted.map(({ version, tag }) => ({ version, tag })), otherTags: otherTags.toSorted() }
}

// Builds have no order. It only has to be the same every time, with `1.2.3` before `v1.2.3`.
function compareTags(a: ChartVersion, b: ChartVersion): number {
  if (a.version !== b.version) return a.version < b.version ? 1 : -1
  return a.tag.length - b.tag.length
}
