/** values.schema.json: whether it is JSON at all, as Helm asks before it packs a chart. Nothing in it is followed. */
import type { ChartFile } from '../model/chart.js'
import { type Reading, refuseChart } from '../model/reading.js'

/** Brackets in brackets: Go reads no deeper. */
const MAX_DEPTH = 10_000

/**
 * Checks that a schema is JSON.
 *
 * @throws {InvalidChartError} with Helm's message if it is not, or if it is nested too deep for Go.
 */
export function checkSchema({ path, bytes }: ChartFile, reading: Reading): void {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  try {
    JSON.parse(text)
    if (isTooDeep(text)) throw new SyntaxError('exceeded max depth')
  } catch (cause) {
    throw refuseChart(reading, `invalid JSON in ${path}`, {
      cause,
      file: path,
      hint: `Correct ${path}: it holds the JSON schema of the values.`,
    })
  }
}

/** Tells whether the brackets of a JSON text lie in each other deeper than Go reads. */
function isTooDeep(json: string): boolean {
  // Hardly any text has so many brackets at all, and to count them takes next to nothing.
  if (json.split('[').length + json.split('{').length <= MAX_DEPTH) return false
  let depth = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > MAX_DEPTH) return true
  }
  return false
}
