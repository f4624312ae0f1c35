/** Selects one version of a chart from the tags of its repository: the exact one, or the newest in a range. */
import { InvalidReferenceError, NotFoundError } from '../../oras/errors/oci-error.js'
import { type ChartVersion, compareTags, type ParsedTag, parseTagVersion } from './list-versions.js'
import { quote } from '../../oras/errors/escape-message.js'
import type { Turns } from '../../oras/turns.js'
import {
  compareVersions,
  formatVersionTag,
  parseStrictVersion,
  parseVersion,
  parseVersionTag,
  type Version,
} from './version.js'
import { parseVersionRange, type VersionRange } from './version-range.js'

/** How many tags an error names. */
const MAX_NAMED = 3

/** Which version to select. */
export interface VersionChoice {
  /**
   * A version, or a range as in Helm.
   *
   * @default the newest stable version
   */
  readonly version?: string | undefined
  /**
   * Whether prereleases count as other versions do.
   *
   * @default false
   */
  readonly prerelease?: boolean | undefined
}

/**
 * Parses a range that an option gives.
 *
 * @throws {InvalidReferenceError} if the text is not a range.
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
 * Selects a version from the tags of a repository: the tag with exactly that name, or the newest version in the range.
 *
 * @param context.attempt The beginning of error messages: `Cannot read chart localhost:5000/mychart`.
 * @throws {NotFoundError} if there is no such version; the message names the nearest ones.
 */
export async function selectVersion(
  tags: readonly string[],
  choice: VersionChoice,
  { attempt, turns }: { readonly attempt: string; readonly turns: Turns },
): Promise<ChartVersion> {
  const { version: wanted = '*', prerelease = false } = choice
  const tag = formatVersionTag(wanted)
  const exact = parseStrictVersion(parseVersionTag(wanted))
  if (tags.includes(tag)) {
    const named = parseTagVersion(tag)
    return { version: named?.version ?? wanted, tag }
  }
  const range = exact ? undefined : parseWantedRange(wanted, prerelease)
  const fits = ({ parsed }: ParsedTag): boolean => (exact ? isSame(parsed, exact) : range?.(parsed) === true)
  const nearest = new Nearest(wanted)
  // One pass without sorting: a repository may have very many tags.
  let found: ParsedTag | undefined
  for (const each of tags) {
    const version = parseTagVersion(each)
    nearest.add(each, version)
    if (version && (!found || compareTags(version, found) < 0) && fits(version)) found = version
    const turn = turns.take(4 + (version && range ? range.comparisons : 0))
    if (turn) await turn
  }
  if (found) return { version: found.version, tag: found.tag }
  const what = choice.version === undefined ? 'stable version' : `version that fits ${quote(wanted)}`
  const reason = `there is no ${what}; ${nearest.describe()}`
  if (!nearest.newest) {
    throw new NotFoundError(`${attempt}: ${reason}`, {
      hint: 'Versions are tags such as 1.2.3. If another tag stands for the chart, put that tag into the reference.',
    })
  }
  throw new NotFoundError(`${attempt}: ${reason}`, {
    hint: 'Choose a version that listChartVersions() lists. Prereleases count with prerelease: true, or if the range names one.',
  })
}

function isSame(a: Version, b: Version): boolean {
  return compareVersions(a, b) === 0 && a.build === b.build
}

/** Finds what an error names: the versions right above and right below the first version in the text of the range. */
class Nearest {
  newest: ParsedTag | undefined
  #above: ParsedTag | undefined
  #below: ParsedTag | undefined
  /** The first {@link MAX_NAMED} tags that are not versions, and one more. */
  readonly #others: string[] = []
  readonly #anchor: Version | undefined

  constructor(wanted: string) {
    this.#anchor = parseVersion(/[0-9]+(?:\.[0-9]+){0,2}(?:-[0-9A-Za-z.-]+)?/.exec(wanted)?.[0] ?? '')
  }

  add(tag: string, version: ParsedTag | undefined): void {
    if (!version) return this.#addOther(tag)
    if (!this.newest || compareTags(version, this.newest) < 0) this.newest = version
    if (!this.#anchor) return
    if (compareVersions(version.parsed, this.#anchor) > 0) {
      if (!this.#above || compareTags(version, this.#above) > 0) this.#above = version
    } else if (!this.#below || compareTags(version, this.#below) < 0) this.#below = version
  }

  #addOther(tag: string): void {
    const at = this.#others.findIndex((other) => tag < other)
    this.#others.splice(at < 0 ? this.#others.length : at, 0, tag)
    if (this.#others.length > MAX_NAMED + 1) this.#others.pop()
  }

  describe(): string {
    if (!this.newest) return describeOthers(this.#others)
    if (!this.#anchor) return `the newest is ${this.newest.version}`
    const names = [this.#above, this.#below].filter((each) => each !== undefined).map(({ version }) => version)
    return names.length === 1 ? `the nearest is ${names[0]}` : `the nearest are ${names.join(' and ')}`
  }
}

function describeOthers(tags: readonly string[]): string {
  if (tags.length === 0) return 'there are no tags at all'
  const named = tags.slice(0, MAX_NAMED).join(' and ')
  if (tags.length === 1) return `there is only the tag ${named}`
  return `there are only the tags ${named}${tags.length > MAX_NAMED ? ' and others' : ''}`
}
