/** The charts of the tests with Helm: found in folders, and made here. */
import { findCharts } from './find-charts.js'
import { generatedCharts } from './generated-charts.js'

/** A chart that can be written as a folder. */
export interface SampleChart {
  /** The name of its test. */
  readonly title: string
  /** Writes its files into a folder, which is made if it is not there. */
  readonly write: (folder: string) => Promise<void>
}

export const sampleCharts: readonly SampleChart[] = [...(await findCharts()), ...generatedCharts]

/** For `it.each`: the title in the name of the test, and the title as its argument. */
export const chartTitles: readonly string[] = sampleCharts.map(({ title }) => title)
