/** Arguments that should be charts: refused before anything is done with them. */
import { isObject, wrongArgument } from '../../oras/errors/wrong-argument.js'

/**
 * Checks that an argument is a chart in memory; what its files hold is checked where they are read.
 *
 * @throws {TypeError} that names the argument.
 */
export function expectChart(chart: unknown): void {
  const isRight =
    isObject(chart) &&
    isObject(chart['metadata']) &&
    [chart['files'], chart['dependencies'], chart['warnings']].every((list) => Array.isArray(list))
  if (!isRight) throw wrongArgument('the argument chart', 'a Chart, as readChart() or createChart() makes it', chart)
}
