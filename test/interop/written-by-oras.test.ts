/** The library reads what ORAS writes: charts in every layout that users may push with it, and artifacts that are not charts. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Content, listChartVersions, pullChart, readContent } from '../../src/index.js'
import { caught } from '../support/make-chart.js'
import { describeWithPeer } from './describe-with-peer.js'
import { CLIENT_TIMEOUT, describeWithRegistries } from './describe-with-registries.js'
import { digestAt } from './digest-at.js'
import { EXAMPLE, EXAMPLE_ARCHIVE, loadChartYaml, packFolder, writeExample } from './example-chart.js'
import { expectChart } from './expect-chart.js'
import { expectRefusal } from './expect-refusal.js'
import { foreignArtifacts } from './foreign-artifacts.js'
import { PEERS } from './peers.js'
import { type Client, makeClient } from './make-client.js'

const HELM_CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const HELM_CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json'
const META = 'application/vnd.cncf.helm.chart.meta.v1+json'
const SPLIT_CHART = 'application/vnd.cncf.helm.chart.content.v1+tar'

const CHART = `${EXAMPLE_ARCHIVE}:${HELM_CHART}`

describeWithPeer(PEERS.oras, 'what it writes is read', (program) => {
  describeWithRegistries((nextPlace, registry) => {
    /** The example in a folder, where ORAS runs, and a tag for it. */
    const prepare = async (): Promise<Client & { readonly place: string; readonly reference: string }> => {
      const client = await makeClient(program)
      await writeExample(client.folder)
      const place = nextPlace()
      return { ...client, place, reference: `${place}:0.1.0` }
    }

    it("Helm's media types, config and all", CLIENT_TIMEOUT, async () => {
      const { reference, run } = await prepare()

      await run('push', '--plain-http', reference, '--config', `config.json:${HELM_CONFIG}`, CHART)

      await expectChart(`oci://${reference}`, { digest: await digestAt(reference), format: 'helm' })
    })

    it("Helm's media types with a provenance", CLIENT_TIMEOUT, async () => {
      const { reference, folder, run } = await prepare()
      await writeFile(join(folder, 'signature'), 'not a real signature')
      const provenance = 'signature:application/vnd.cncf.helm.chart.provenance.v1.prov'

      await run('push', '--plain-http', reference, '--config', `config.json:${HELM_CONFIG}`, provenance, CHART)

      const pulled = await expectChart(reference, { digest: await digestAt(reference), format: 'helm' })
      expect(Buffer.from(await readContent(pulled.provenance as Content)).toString()).toBe('not a real signature')
      expect(await readFile(join(folder, EXAMPLE_ARCHIVE))).toEqual(Buffer.from(await readContent(pulled.archive)))
    })

    it("Helm's layer without a config, typed as Helm's", CLIENT_TIMEOUT, async () => {
      const { reference, run } = await prepare()

      await run('push', '--plain-http', reference, '--artifact-type', HELM_CONFIG, CHART)

      await expectChart(reference, { digest: await digestAt(reference), format: 'helm' })
    })

    it("a folder as Helm's layer, packed by ORAS", CLIENT_TIMEOUT, async () => {
      const { reference, run } = await prepare()

      await run('push', '--plain-http', reference, `mychart:${HELM_CHART}`)

      await expectChart(reference, { digest: await digestAt(reference), format: 'helm' })
    })

    it('the layout of the demo: metadata, and files below "-" with a stub', CLIENT_TIMEOUT, async () => {
      const { reference, folder, run } = await prepare()
      await writeSplit(folder)
      const names = { 'chart.name': 'mychart', 'chart.version': '0.1.0' }
      await writeFile(join(folder, 'annotations.json'), JSON.stringify({ 'content.tgz': names }))

      const config = ['--config', `empty.json:${IMAGE_CONFIG}`, '--annotation-file', 'annotations.json']
      await run('push', '--plain-http', reference, ...config, `meta.json:${META}`, `content.tgz:${SPLIT_CHART}`)

      await expectChart(reference, { digest: await digestAt(reference), format: 'split' })
    })

    it('one content layer, a folder packed by ORAS', CLIENT_TIMEOUT, async () => {
      const { reference, run } = await prepare()

      await run('push', '--plain-http', reference, `mychart:${SPLIT_CHART}`)

      await expectChart(reference, { digest: await digestAt(reference), format: 'split' })
    })

    it('one content layer, the folder where ORAS runs, packed without a root', CLIENT_TIMEOUT, async () => {
      const { folder, run } = await makeClient(program)
      await cp(EXAMPLE, folder, { recursive: true })
      const reference = `${nextPlace()}:0.1.0`

      await run('push', '--plain-http', reference, `.:${SPLIT_CHART}`)

      await expectChart(reference, { digest: await digestAt(reference), format: 'split' })
    })

    it('a layout on the disk, copied', CLIENT_TIMEOUT, async () => {
      const { reference, run } = await prepare()
      const config = ['--config', `config.json:${HELM_CONFIG}`]

      await run('push', '--oci-layout', 'layout:0.1.0', ...config, CHART)
      await run('cp', '--from-oci-layout', 'layout:0.1.0', '--to-plain-http', reference)

      await expectChart(reference, { digest: await digestAt(reference), format: 'helm' })
    })

    it('an index of something else and a chart', CLIENT_TIMEOUT, async () => {
      const { place, reference, run, ask } = await prepare()
      await run('push', '--plain-http', `${place}:notes`, 'config.json:application/vnd.acme.notes')
      await run('push', '--plain-http', `${place}:chart`, '--config', `config.json:${HELM_CONFIG}`, CHART)
      const digest = await ask('resolve', '--plain-http', `${place}:chart`)

      await run('manifest', 'index', 'create', '--plain-http', reference, 'notes', 'chart')

      await expectChart(reference, { digest, format: 'helm' })
    })

    it('tags', CLIENT_TIMEOUT, async () => {
      const { place, reference, run } = await prepare()
      await run('push', '--plain-http', reference, '--config', `config.json:${HELM_CONFIG}`, CHART)

      await run('tag', '--plain-http', reference, 'v0.1', 'latest', '9.9.9')

      await expectChart(`${place}:latest`, { digest: await digestAt(reference), format: 'helm' })
      expect((await listChartVersions(place)).otherTags).toEqual(['latest', 'v0.1'])
      expect(await caught(pullChart(`${place}:9.9.9`))).toMatchObject({ code: 'ERR_CONTENT_MISMATCH', actual: '0.1.0' })
    })

    it('what is attached to a chart leaves it as it is, and says what it is about', CLIENT_TIMEOUT, async () => {
      const { place, reference, run, ask } = await prepare()
      await run('push', '--plain-http', reference, '--config', `config.json:${HELM_CONFIG}`, CHART)
      const digest = await digestAt(reference)

      const attach = ['attach', '--plain-http', '--format', 'go-template={{.digest}}', reference, 'config.json']
      const sbom = await ask(...attach, '--artifact-type', 'application/spdx+json')
      const other = await ask(...attach, '--artifact-type', 'application/vnd.acme.review')

      await expectChart(reference, { digest, format: 'helm' })
      await expectRefusal(`${place}@${sbom}`, `an SBOM or an attestation about ${digest}`)
      await expectRefusal(`${place}@${other}`, `an artifact of type application/vnd.acme.review about ${digest}`)
    })

    // How an artifact is named does not depend on the registry: one registry is enough.
    if (registry === 'embedded') {
      it.for(foreignArtifacts)('no chart: $what', CLIENT_TIMEOUT, async ({ what, args }) => {
        const { reference, folder, run } = await prepare()
        await writeFile(join(folder, 'file'), what)

        await run('push', '--plain-http', reference, ...args)

        await expectRefusal(reference, what)
      })
    } else {
      it(
        'no chart: what ORAS keeps of attachments where the registry has no list of them',
        CLIENT_TIMEOUT,
        async () => {
          const { place, reference, run } = await prepare()
          await run('push', '--plain-http', reference, '--config', `config.json:${HELM_CONFIG}`, CHART)

          await run('attach', '--plain-http', reference, 'config.json', '--artifact-type', 'application/spdx+json')

          const tag = (await digestAt(reference)).replace(':', '-')
          await expectRefusal(`${place}:${tag}`, 'a list of referrers')
          expect(await listChartVersions(place)).toMatchObject({ versions: [{ tag: '0.1.0' }], otherTags: [tag] })
        },
      )
    }

    it(
      'a file with the type of charts that is not an archive is reported as a broken archive',
      CLIENT_TIMEOUT,
      async () => {
        const { reference, run } = await prepare()

        await run('push', '--plain-http', reference, `config.json:${HELM_CHART}`)

        expect((await caught(pullChart(reference))).code).toBe('ERR_INVALID_ARCHIVE')
      },
    )

    it('no chart: an index of such', CLIENT_TIMEOUT, async () => {
      const { place, reference, run } = await prepare()
      await run('push', '--plain-http', `${place}:notes`, 'config.json:application/vnd.acme.notes')
      await run('manifest', 'index', 'create', '--plain-http', `${place}:inner`, 'notes')

      await run('manifest', 'index', 'create', '--plain-http', reference, 'inner', 'notes')

      await expectRefusal(reference, 'an index without a chart')
    })
  })
})

/** Writes `meta.json`, `content.tgz` and `empty.json` as the demo made them. */
async function writeSplit(folder: string): Promise<void> {
  const { name: _, version: __, ...metadata } = await loadChartYaml(join(folder, 'mychart'))
  await writeFile(join(folder, 'meta.json'), JSON.stringify(metadata))
  await writeFile(join(folder, 'empty.json'), '{}')
  const root = join(folder, 'packed/-')
  await mkdir(join(folder, 'packed'))
  await cp(join(folder, 'mychart'), root, { recursive: true })
  await writeFile(join(root, 'Chart.yaml'), "name: '-'\nversion: '-'\n")
  await packFolder(root, join(folder, 'content.tgz'))
}
