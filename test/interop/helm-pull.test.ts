/** Helm pulls, shows and renders what we push from a folder, as it shows and renders the folder. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { pushChart, type PushChartResult } from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { describeWithPeer } from './describe-with-peer.js'
import { chartTitles } from './sample-charts.js'
import { PEERS } from './peers.js'
import { HELM_TIMEOUT, prepareHelm } from './prepare-helm.js'
import { expectRendering, renderChart } from './render-chart.js'

for (const peer of [PEERS.helm3, PEERS.helm4]) {
  describeWithPeer(peer, 'takes our charts', (program) => {
    const helm = prepareHelm(program)
    const pushed = new Map<string, PushChartResult>()
    beforeAll(async () => {
      for (const title of chartTitles) {
        pushed.set(title, await pushChart(await helm.chartFolder(title), `oci://${helm.registry.host}/charts`))
      }
    }, HELM_TIMEOUT.timeout)

    /** The arguments of Helm for a chart: with its version, because a tag cannot contain `+`. */
    const locate = (title: string) => {
      const { chart, layers, digest } = pushed.get(title) as PushChartResult
      const repository = `oci://${helm.registry.host}/charts/${chart.name}`
      const byVersion = [repository, '--version', chart.version, '--plain-http']
      const byDigest = [`${repository}@${digest}`, '--plain-http']
      return { ...chart, repository, byVersion, byDigest, layer: layers[0]?.digest }
    }

    it.concurrent.each(chartTitles)('pulls %s by version, by tag and by digest', HELM_TIMEOUT, async (title) => {
      const { name, version, repository, byVersion, byDigest, layer } = locate(title)
      const folder = await helm.makeFolder()
      const pull = async (source: readonly string[], file: string): Promise<string> => {
        await helm.run('pull', ...source, '--destination', folder)
        return digestOf(await readFile(join(folder, file)))
      }

      expect(await pull(byVersion, `${name}-${version}.tgz`)).toBe(layer)
      const [digest = ''] = byDigest
      const hex = digest.slice(digest.indexOf('@') + 1).replace(':', '-')
      expect(await pull(byDigest, `${name}@${hex}.tgz`)).toBe(layer)
      if (version.includes('+')) return
      const elsewhere = await helm.makeFolder()
      await helm.run('pull', `${repository}:${version}`, '--plain-http', '--destination', elsewhere)
      expect(digestOf(await readFile(join(elsewhere, `${name}-${version}.tgz`)))).toBe(layer)
    })

    it.concurrent.each(chartTitles)('shows the same of %s as of the folder', HELM_TIMEOUT, async (title) => {
      const { byVersion } = locate(title)
      const shown = await helm.run('show', 'all', await helm.chartFolder(title))
      expect(await helm.run('show', 'all', ...byVersion)).toBe(shown)
      expect(shown).toContain(`\nname: ${locate(title).name}\n`)
    })

    it.concurrent.each(chartTitles)('renders %s as it renders the folder', HELM_TIMEOUT, async (title) => {
      await expectRendering(helm, title, await renderChart(helm, title, ...locate(title).byDigest))
    })
  })
}
