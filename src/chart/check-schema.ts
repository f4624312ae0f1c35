/** values.schema.json: whether it is JSON at all, as Helm asks before it packs a chart. Nothing in it is followed. */
import type { ChartFile } from './chart.js'
import { type Reading, refuseChart } from './reading.js'

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
    if (measureDepth(text) > MAX_DEPTH) throw new SyntaxError('exceeded max depth')
  } catch (cause) {
    throw refuseChart(reading, `invalid JSON in ${path}`, {
      cause,
      file: path,
      hint: `Correct ${path}: it holds the JSON schema of the values.`,
    })
  }
}

/** Counts how deep the brackets of a JSON text lie in each other; 0 where that cannot be too deep. */
function measureDepth(json: string): number {
  // Hardly any text has so many brackets that there is something to measure.
  if (json.split('[').length + json.split('{').length < MAX_DEPTH) return 0
  let [depth, deepest] = [0, 0]
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth)
    else if (token === ']' || token === '}') depth -= 1
  }
  return deepest
}
