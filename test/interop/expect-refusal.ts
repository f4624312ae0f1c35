/** Expects that every call that reads charts refuses an artifact, and says what it is instead. */
import { expect } from 'vitest'
import { inspectChart, pullChart, readChartFile, UnsupportedArtifactError } from '../../src/index.js'
import { caught } from '../support/make-chart.js'

/**
 * Tries to read an artifact as a chart.
 *
 * @param what How the error must name it, up to the list of its media types.
 */
export async function expectRefusal(reference: string, what: string): Promise<void> {
  for (const read of [pullChart, inspectChart, (text: string) => readChartFile(text, 'Chart.yaml')]) {
    const error = await caught(read(reference))

    expect(error).toBeInstanceOf(UnsupportedArtifactError)
    const [where = '', ...rest] = error.message.split(': it is ')
    expect(where).toBe(`Cannot read chart ${reference}`)
    // Digests hold colons, but no blank behind them.
    expect(rest.join().split(': ')[0]).toBe(what)
    expect(error.hint).toMatch(/^[A-Z].*\.$/)
  }
}
