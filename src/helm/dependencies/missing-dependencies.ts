/** Dependencies that a chart declares, but does not bring along. */
import type { Chart } from '../model/chart.js'
import type { ChartDependency } from '../model/chart-metadata.js'
import { parseVersion } from '../version/version.js'
import { parseVersionRange } from '../version/version-range.js'

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
  return (chart.metadata.dependencies ?? []).flatMap((dependency) => {
    const { name, alias, version } = dependency
    const named = chart.dependencies.filter(({ metadata }) => metadata.name === name)
    const found = named.map(({ metadata }) => metadata.version)
    if (found.some((each) => isWanted(dependency, each))) return []
    return [{ name, ...(alias !== undefined && { alias }), ...(version !== undefined && { version }), found }]
  })
}

function isWanted({ version: range }: ChartDependency, text: string): boolean {
  if (range === undefined || range === text) return true
  const version = parseVersion(text)
  try {
    return version !== undefined && parseVersionRange(range)(version)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    // Helm finds no chart for text that is not a range.
    return false
  }
}
