/** The library reads what `helm push` writes: each chart, one with a provenance, and one whose version is not a valid tag. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { type Content, readContent } from '../../src/index.js'
import { describeWithPeer } from './describe-with-peer.js'
import { CLIENT_TIMEOUT, describeWithRegistries } from './describe-with-registries.js'
import { digestAt } from './digest-at.js'
import { EXAMPLE_ARCHIVE, loadChartYaml, packFolder, writeExample } from './example-chart.js'
import { expectChart } from './expect-chart.js'
import { findCharts } from './find-charts.js'
import { PEERS } from './peers.js'
import { makeClient } from './make-client.js'

const charts = await findCharts()

for (const peer of [PEERS.helm3, PEERS.helm4]) {
  describeWithPeer(peer, 'what it writes is read', (program) => {
    describeWithRegistries((nextPlace, registry) => {
      // Both push the same of the same archive: large ones are read once.
      const [example, ...others] = charts
      const some = peer === PEERS.helm4 && registry === 'embedded' ? [example, ...others] : [example]
      it.for(some.filter((each) => each !== undefined))('$title', CLIENT_TIMEOUT, async ({ write }) => {
        const { folder, run } = await makeClient(program)
        const chart = join(folder, 'chart')
        await write(chart)
        const { name, version } = await loadChartYaml(chart)
        const archive = join(folder, `${String(name)}-${String(version)}.tgz`)
        await packFolder(chart, archive)
        const place = dirname(nextPlace())

        await run('push', archive, `oci://${place}`, '--plain-http')

        const reference = `${place}/${String(name)}:${String(version)}`
        const expected = { digest: await digestAt(reference), format: 'helm', folder: chart } as const
        const pulled = await expectChart(`oci://${reference}`, expected)
        expect(await readFile(archive)).toEqual(Buffer.from(await readContent(pulled.archive)))
        expect(pulled.provenance).toBeUndefined()
      })

      it('an archive with its provenance', CLIENT_TIMEOUT, async () => {
        const { folder, run } = await makeClient(program)
        await writeExample(folder)
        const provenance = '-----BEGIN PGP SIGNED MESSAGE-----\nnot a real signature\n'
        await writeFile(join(folder, `${EXAMPLE_ARCHIVE}.prov`), provenance)
        const place = nextPlace()

        await run('push', EXAMPLE_ARCHIVE, `oci://${dirname(place)}`, '--plain-http')

        const expected = { digest: await digestAt(`${place}:0.1.0`), format: 'helm' } as const
        const pulled = await expectChart(`oci://${place}:0.1.0`, expected)
        expect(Buffer.from(await readContent(pulled.provenance as Content)).toString()).toBe(provenance)
      })

      it('a version with a plus sign', CLIENT_TIMEOUT, async () => {
        const { folder, run } = await makeClient(program)
        const chart = join(folder, 'mychart')
        await mkdir(chart)
        await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: mychart\nversion: 1.2.3+build.4\n')
        await writeFile(join(chart, 'values.yaml'), 'replicas: 2\n')
        await packFolder(chart, join(folder, EXAMPLE_ARCHIVE))
        await copyFile(join(folder, EXAMPLE_ARCHIVE), join(folder, 'mychart-1.2.3+build.4.tgz'))
        const place = nextPlace()

        await run('push', 'mychart-1.2.3+build.4.tgz', `oci://${dirname(place)}`, '--plain-http')

        const expected = { digest: await digestAt(`${place}:1.2.3_build.4`), format: 'helm', folder: chart } as const
        await expectChart(`oci://${place}:1.2.3_build.4`, expected)
      })
    })
  })
}
