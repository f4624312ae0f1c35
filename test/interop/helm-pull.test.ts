/** Helm pulls, shows and renders what we push from a folder, as it shows and renders the folder. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { pushChart, type PushChartResult } from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { describeJudge } from './describe-judge.js'
import { chartTitles } from './judged-charts.js'
import { JUDGES } from './judges.js'
import { HELM_TIMEOUT, prepareHelm } from './prepare-helm.js'
import { expectRendering, renderChart } from './render-chart.js'

for (const judge of [JUDGES.helm3, JUDGES.helm4]) {
  describeJudge(judge, 'takes our charts', (program) => {
    const helm = prepareHelm(program)
    const pushed = new Map<string, PushChartResult>()
    beforeAll(async () => {
      for (const title of chartTitles) {
        const folder = await helm.chartFolder(title)
        pushed.set(title, await pushChart(folder, `oci://${helm.registry.host}/charts`, { onEvent: () => undefined }))
      }
    }, HELM_TIMEOUT.timeout)

    /** How Helm is told of a chart: by its version, for `+` cannot stand in a tag. */
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

    it.concurrent.each(chartTitles)('shows of %s what it shows of the folder', HELM_TIMEOUT, async (title) => {
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
