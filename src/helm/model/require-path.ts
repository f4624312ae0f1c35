/** The path of a file that is to become part of a chart, held to the rules for paths. */
import { checkPath } from './check-path.js'
import { quote } from '../../oras/errors/escape-message.js'
import { type Reading, refuseChart } from './reading.js'

/**
 * Refuses a path that no archive of the chart may hold.
 *
 * @throws {InvalidChartError} with Helm's message and the given hint.
 */
export function requirePath(path: string, reading: Reading, options: { readonly hint: string }): void {
  try {
    checkPath(path)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw refuseChart(reading, `${cause.message}: ${quote(path)}`, { cause, file: path, ...options })
  }
}
