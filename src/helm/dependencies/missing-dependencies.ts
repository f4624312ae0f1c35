/** Finds the dependencies that a chart declares, but does not have in charts/. */
import type { Chart } from '../model/chart.js'
import { expectChart } from '../model/expect-chart.js'
import { quote } from '../../oras/errors/escape-message.js'
import { LimitExceededError } from '../../oras/errors/oci-error.js'
import { parseVersion, type Version } from '../version/version.js'
import { MAX_RANGE, parseVersionRange, type VersionRange } from '../version/version-range.js'

/**
 * The limit of the cost: characters of ranges, and comparisons of versions. It is about ten milliseconds, which block the
 * event loop; a chart with a hundred dependencies takes less than a millisecond.
 */
const MAX_COMPARISONS = 50_000

/** A declared dependency that is not in `charts/`. */
export interface MissingDependency {
  /** The name of the chart. */
  readonly name: string
  /** The name under which the chart is used, if it is another one. */
  readonly alias?: string
  /** The range of versions, as Chart.yaml has it. */
  readonly version?: string
  /** The versions of this chart in `charts/` that are outside of the range; empty if the chart is not there at all. */
  readonly found: readonly string[]
}

/**
 * Lists the declared dependencies that are not in `charts/`, in the order of their declaration. `helm package` refuses
 * a chart that lacks one. A subchart of the right name with a version outside of the range counts as missing, too: Helm
 * packs it, but installs it without the condition, the tags and the alias of the dependency. A dependency without a
 * version accepts any version.
 *
 * @throws {LimitExceededError} if there are so many ranges and versions that comparing them would take long.
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
  const search = new SubchartIndex(chart)
  return (chart.metadata.dependencies ?? []).flatMap(({ name, alias, version }) => {
    if (search.has(name, version)) return []
    const found = search.versions(name)
    return [{ name, ...(alias !== undefined && { alias }), ...(version !== undefined && { version }), found }]
  })
}

/** The subcharts of one name. */
interface SameName {
  readonly versions: string[]
  /** The parsed versions by their text: each is parsed once. */
  readonly parsed: Map<string, Version | undefined>
  /** Whether a version is in the range, by range: each is compared once. */
  readonly answers: Map<string, boolean>
}

/** Looks for subcharts by name and range, and counts the comparisons. */
class SubchartIndex {
  readonly #chart: string
  readonly #groups = new Map<string, SameName>()
  readonly #ranges = new Map<string, VersionRange | undefined>()
  #comparisons = 0

  constructor({ metadata, dependencies }: Chart) {
    this.#chart = metadata.name
    for (const { metadata } of dependencies) {
      const { name, version } = metadata
      const group: SameName = this.#groups.get(name) ?? { versions: [], parsed: new Map(), answers: new Map() }
      this.#groups.set(name, group)
      group.versions.push(version)
      if (!group.parsed.has(version)) group.parsed.set(version, parseVersion(version))
    }
  }

  /** Gives the same list each time, not a copy: many dependencies may have the name of many subcharts. */
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

  #compare({ parsed }: SameName, text: string): boolean {
    const range = this.#parse(text)
    if (!range) return false
    for (const version of parsed.values()) {
      this.#take(range.comparisons)
      if (version && range(version)) return true
    }
    return false
  }

  /** Parses each range once; `undefined` if it is invalid, in which case Helm finds no chart. */
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
