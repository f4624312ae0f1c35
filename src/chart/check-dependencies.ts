/** Dependencies that a chart declares, but does not bring along. */
import type { Chart } from './chart.js'

/**
 * Lists the names of the declared dependencies that are not in `charts/`, in the order of their declaration. Helm's
 * `package` refuses such a chart, for whoever installs it would miss them. Only names are compared.
 *
 * @example
 * ```ts
 * import { missingDependencies, readChart } from 'oras-helm'
 *
 * const missing = missingDependencies(await readChart('examples/mychart'))
 * if (missing.length > 0) console.log(`run "helm dependency update": ${missing.join(', ')} missing in charts/`)
 * ```
 */
export function missingDependencies(chart: Chart): readonly string[] {
  const present = new Set(chart.dependencies.map((dependency) => dependency.metadata.name))
  const declared = chart.metadata.dependencies ?? []
  return declared.map(({ name }) => name).filter((name) => !present.has(name))
}
