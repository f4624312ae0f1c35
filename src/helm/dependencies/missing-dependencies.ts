/** Dependencies that a chart declares, but does not bring along. */
import type { Chart } from '../model/chart.js'
import { expectChart } from '../model/expect-chart.js'
import { quote } from '../../oras/errors/escape-message.js'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { parseVersion, type Version } from '../version/version.js'
import { MAX_RANGE, parseVersionRange, type VersionRange } from '../version/version-range.js'

/**
 * How much may be compared: characters of ranges, and versions with parts of ranges. It takes some ten milliseconds, in
 * which nothing else happens; a chart of a hundred dependencies takes less than a millisecond.
 */
const MAX_COMPARISONS = 50_000

/** A declared dependency for which there is no chart in `charts/`. */
export interface MissingDependency {
  readonly name: string
  /** The name under which the chart is to be used, if it is another. */
  readonly alias?: string
  /** The range that is asked for, as it is written. */
  readonly version?: string
  /** The versions of charts of this name that are there, but outside of the range; empty if there is none. */
  readonly found: readonly string[]
}

/**
 * Lists the declared dependencies that are not in `charts/`, in the order of their declaration. Helm's `package` refuses
 * a chart that lacks one, for whoever installs it would miss it. A chart of the right name in a version outside of the
 * range counts as missing too: Helm packs it, but then installs it without the condition, the tags and the alias of the
 * dependency. A dependency without a version takes any.
 *
 * @throws {LimitExceededError} if so many ranges stand against so many versions that it would take long.
 * @example
 * ```ts
 * import { missingDependencies, readChart } from 'oras-helm'
 *
 * for (const { name, version, found } of missingDependencies(await readChart('examples/mychart'))) {
 *   console.log(`run "helm dependency update": ${name} ${version} is wanted, found ${found.join(', ') || 'none'}`)
 * }
 * ```
 */
export function missingDependencies(chart: Chart): readonly MissingDependency[] {
  expectChart(chart)
  const search = new Search(chart)
  return (chart.metadata.dependencies ?? []).flatMap(({ name, alias, version }) => {
    if (search.has(name, version)) return []
    const found = search.versions(name)
    return [{ name, ...(alias !== undefined && { alias }), ...(version !== undefined && { version }), found }]
  })
}

/** Subcharts of one name. */
interface Group {
  readonly versions: string[]
  /** By their text; each is read once. */
  readonly parsed: Map<string, Version | undefined>
  /** What has been found out about ranges. */
  readonly answers: Map<string, boolean>
}

/** The subcharts by their names, and how much of them has been compared. */
class Search {
  readonly #chart: string
  readonly #groups = new Map<string, Group>()
  readonly #ranges = new Map<string, VersionRange | undefined>()
  #comparisons = 0

  constructor({ metadata, dependencies }: Chart) {
    this.#chart = metadata.name
    for (const { metadata } of dependencies) {
      const { name, version } = metadata
      const group: Group = this.#groups.get(name) ?? { versions: [], parsed: new Map(), answers: new Map() }
      this.#groups.set(name, group)
      group.versions.push(version)
      if (!group.parsed.has(version)) group.parsed.set(version, parseVersion(version))
    }
  }

  /** One list for all who ask: there may be as many of them as there are versions. */
  versions(name: string): readonly string[] {
    return this.#groups.get(name)?.versions ?? []
  }

  has(name: string, range: string | undefined): boolean {
    const group = this.#groups.get(name)
    if (!group || range === undefined || group.parsed.has(range)) return group !== undefined
    const answer = group.answers.get(range) ?? this.#compare(group, range)
    group.answers.set(range, answer)
    return answer
  }

  #compare({ parsed }: Group, text: string): boolean {
    const range = this.#parse(text)
    if (!range) return false
    for (const version of parsed.values()) {
      this.#take(range.comparisons)
      if (version && range(version)) return true
    }
    return false
  }

  /** Reads each range once. Helm finds no chart for text that is not a range. */
  #parse(text: string): VersionRange | undefined {
    if (this.#ranges.has(text)) return this.#ranges.get(text)
    let range: VersionRange | undefined
    this.#take(Math.min(text.length, MAX_RANGE))
    try {
      range = parseVersionRange(text)
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause
    }
    this.#ranges.set(text, range)
    return range
  }

  #take(comparisons: number): void {
    this.#comparisons += comparisons
    if (this.#comparisons <= MAX_COMPARISONS) return
    throw new LimitExceededError(
      `Cannot look for the dependencies of chart ${quote(this.#chart)}: their ranges and the versions in charts/ need more than ${MAX_COMPARISONS} comparisons`,
      {
        limit: MAX_COMPARISONS,
        hint: 'Declare fewer dependencies or shorter ranges, or keep fewer versions of one chart in charts/.',
      },
    )
  }
}
