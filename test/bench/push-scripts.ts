/** Scripts in which the library pushes charts. */
import { PACKAGE, timed } from './measure.js'
import type { PreparedChart } from './prepare-charts.js'

/** So many charts a program has pushed before it counts as warm: V8 has compiled by then what runs often. */
export const WARMING = 20

/** @param where A registry and a parent. */
export function pushScript(chart: PreparedChart, where: string): string {
  return `import { pushChart } from ${PACKAGE}; ${call(chart, where)}`
}

/** Measures the push of a chart alone, after those of others. */
export function warmPushScript(others: readonly PreparedChart[], chart: PreparedChart, where: string): string {
  return `
    import { pushChart } from ${PACKAGE}
    ${others.map((each) => call(each, where)).join('\n')}
    ${timed(call(chart, where))}
  `
}

function call({ archive }: PreparedChart, where: string): string {
  return `await pushChart(${JSON.stringify(archive)}, ${JSON.stringify(`oci://${where}`)}, { missingDependencies: 'warn' })`
}
