/** A chart that went through the split layout is to Helm the chart that it was. */
import { expect, it } from 'vitest'
import { pullChart, pushChart } from '../../src/index.js'
import { describeJudge } from './describe-judge.js'
import { chartTitles } from './judged-charts.js'
import { JUDGES } from './judges.js'
import { HELM_TIMEOUT, type PreparedHelm, prepareHelm } from './prepare-helm.js'
import { expectRendering, missingValues, renderChart } from './render-chart.js'

for (const judge of [JUDGES.helm3, JUDGES.helm4]) {
  describeJudge(judge, 'takes charts rebuilt from split', (program) => {
    const helm = prepareHelm(program)

    it.concurrent.each(chartTitles)('of %s', HELM_TIMEOUT, async (title) => {
      const source = await helm.chartFolder(title)
      const reference = `${helm.registry.host}/split/${chartTitles.indexOf(title)}:latest`
      await pushChart(source, reference, { format: 'split', onEvent: () => undefined })
      const destination = await helm.makeFolder()
      const { path: folder = '' } = await pullChart(reference, { destination, untar: true })

      const complaints = await lintChart(helm, title, folder)
      const known = complaints.length > 0 ? await lintChart(helm, title, source) : []
      expect(complaints.filter((each) => !known.includes(each))).toEqual([])
      await expectRendering(helm, title, await renderChart(helm, title, folder))
    })
  })
}

/** What Helm finds fault with. Chart.yaml is written anew, so that there is less of it. */
async function lintChart(helm: PreparedHelm, title: string, folder: string): Promise<readonly string[]> {
  const args = ['lint', folder, '--quiet', ...missingValues(title)]
  const output = await helm.run(...args).catch((error: unknown) => {
    const { stdout = '' } = error as { stdout?: string }
    if (!stdout.includes('[ERROR]')) throw error
    return stdout
  })
  return output
    .replaceAll(folder, '')
    .split('\n')
    .filter((line) => /^\[(ERROR|WARNING)\]/.test(line))
}
