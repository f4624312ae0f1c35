/** For Helm, a chart that was pushed as split and pulled is the same chart. */
import { expect, it } from 'vitest'
import { pullChart, pushChart } from '../../src/index.js'
import { describeWithPeer } from './describe-with-peer.js'
import { chartTitles } from './sample-charts.js'
import { PEERS } from './peers.js'
import { HELM_TIMEOUT, type PreparedHelm, prepareHelm } from './prepare-helm.js'
import { expectRendering, missingValues, renderChart } from './render-chart.js'

for (const peer of [PEERS.helm3, PEERS.helm4]) {
  describeWithPeer(peer, 'takes charts rebuilt from split', (program) => {
    const helm = prepareHelm(program)

    it.concurrent.each(chartTitles)('of %s', HELM_TIMEOUT, async (title) => {
      const source = await helm.chartFolder(title)
      const reference = `${helm.registry.host}/split/${chartTitles.indexOf(title)}:latest`
      await pushChart(source, reference, { format: 'split' })
      const destination = await helm.makeFolder()
      const { path: folder = '' } = await pullChart(reference, { destination, untar: true })

      const complaints = await lintChart(helm, title, folder)
      const known = complaints.length > 0 ? await lintChart(helm, title, source) : []
      expect(complaints.filter((each) => !known.includes(each))).toEqual([])
      await expectRendering(helm, title, await renderChart(helm, title, folder))
    })
  })
}

/** What `helm lint` reports. Chart.yaml is written again, so that it may report less. */
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
