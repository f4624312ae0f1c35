/** What `helm push` makes of a `.tgz` is what `pushChart` makes of it, byte for byte. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packChart, pushChart, readChart, writeContent } from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { describeJudge } from './describe-judge.js'
import { chartTitles } from './judged-charts.js'
import { JUDGES } from './judges.js'
import { packageChart } from './package-chart.js'
import { HELM_TIMEOUT, prepareHelm } from './prepare-helm.js'

const CREATED = 'org.opencontainers.image.created'

for (const judge of [JUDGES.helm3, JUDGES.helm4]) {
  describeJudge(judge, 'the same bytes as helm push', (program) => {
    const helm = prepareHelm(program)

    it.concurrent.each(chartTitles)('of %s', HELM_TIMEOUT, async (title) => {
      const { archive, name, tag } = await packageChart(helm, title)

      await helm.run('push', archive, `oci://${helm.registry.host}/theirs`, '--plain-http')
      const theirs = await helm.readManifest(`theirs/${name}`, tag)
      const pushed = await pushChart(archive, `oci://${helm.registry.host}/ours`, {
        created: theirs.manifest.annotations?.[CREATED],
      })

      const ours = await helm.readManifest(`ours/${name}`, tag)
      expect(ours.config).toBe(theirs.config)
      expect(ours.text).toBe(theirs.text)
      expect(pushed.digest).toBe(theirs.descriptor.digest)
      expect(theirs.manifest.layers.map(({ digest }) => digest)).toEqual([digestOf(await readFile(archive))])
      expect(helm.registry.tags(`ours/${name}`)).toEqual(helm.registry.tags(`theirs/${name}`))
    })

    it.concurrent.each(chartTitles)('of %s, packed by us', HELM_TIMEOUT, async (title) => {
      const folder = await helm.chartFolder(title)
      const chart = await readChart(folder)
      const { name, version } = chart.metadata
      const archive = join(await helm.makeFolder(), `${name}-${version}.tgz`)
      await writeContent(await packChart(chart), archive)

      await helm.run('push', archive, `oci://${helm.registry.host}/repacked/theirs`, '--plain-http')
      const tag = version.replaceAll('+', '_')
      const theirs = await helm.readManifest(`repacked/theirs/${name}`, tag)
      const created = theirs.manifest.annotations?.[CREATED]
      await pushChart(folder, `oci://${helm.registry.host}/repacked/ours`, { created, onEvent: () => undefined })

      const ours = await helm.readManifest(`repacked/ours/${name}`, tag)
      expect(ours.config).toBe(theirs.config)
      expect(ours.text).toBe(theirs.text)
    })
  })
}
