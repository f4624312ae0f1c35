/** The library reads what Skopeo writes: charts that it copied through every kind of store, and images that it made. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  bytesContent,
  listChartVersions,
  pullChart,
  pushChart,
  type PushChartResult,
  Repository,
} from '../../src/index.js'
import { caught } from '../support/make-chart.js'
import { describeWithPeer } from './describe-with-peer.js'
import { CLIENT_TIMEOUT, describeWithRegistries } from './describe-with-registries.js'
import { digestAt } from './digest-at.js'
import { EXAMPLE, packFolder } from './example-chart.js'
import { expectChart } from './expect-chart.js'
import { expectRefusal } from './expect-refusal.js'
import { PEERS } from './peers.js'
import { makeClient } from './make-client.js'

describeWithPeer(PEERS.skopeo, 'what it writes is read', (program) => {
  describeWithRegistries((nextPlace) => {
    interface Prepared {
      readonly folder: string
      readonly place: string
      readonly reference: string
      readonly copy: (...args: readonly string[]) => Promise<unknown>
    }

    const prepare = async (): Promise<Prepared> => {
      const { folder, run } = await makeClient(program)
      const place = nextPlace()
      const plainHttp = ['--src-tls-verify=false', '--dest-tls-verify=false']
      const copy = (...args: readonly string[]) => run('copy', ...plainHttp, ...args)
      return { folder, place, reference: `${place}:0.1.0`, copy }
    }

    /** A chart that the library pushed, and Skopeo copies. */
    const push = (format: 'helm' | 'split'): Promise<PushChartResult> => {
      return pushChart(EXAMPLE, `${nextPlace()}:0.1.0`, { format })
    }

    describe.each(['helm', 'split'] as const)('%s', (format) => {
      it('from a registry to a registry', CLIENT_TIMEOUT, async () => {
        const { reference, copy } = await prepare()
        const pushed = await push(format)

        await copy(`docker://${pushed.reference}`, `docker://${reference}`)

        await expectChart(reference, pushed)
      })

      it.for(['oci:layout:0.1.0', 'oci-archive:archive.tar:0.1.0', 'dir:folder'])(
        'by way of %s',
        CLIENT_TIMEOUT,
        async (store) => {
          const { reference, copy } = await prepare()
          const pushed = await push(format)

          await copy(`docker://${pushed.reference}`, store)
          await copy(store, `docker://${reference}`)

          await expectChart(reference, pushed)
        },
      )

      it('a whole index, with the chart in it', CLIENT_TIMEOUT, async () => {
        const { reference, copy } = await prepare()
        const pushed = await push(format)
        const tagged = await tagIndex(pushed)

        await copy('--all', `docker://${tagged}`, `docker://${reference}`)

        await expectChart(reference, pushed)
        expect(await digestAt(reference)).not.toBe(pushed.digest)
      })

      it('leaves nothing if Skopeo cannot convert the chart to an image of Docker', CLIENT_TIMEOUT, async () => {
        const { reference, copy } = await prepare()
        const pushed = await push(format)

        const error = await caught(copy('--format', 'v2s2', `docker://${pushed.reference}`, `docker://${reference}`))

        expect(error.message).toContain('creating an updated image manifest')
        expect((await caught(pullChart(reference))).code).toBe('ERR_NOT_FOUND')
      })
    })

    it('all tags of a repository', CLIENT_TIMEOUT, async () => {
      const { run } = await makeClient(program)
      const [from, to] = [nextPlace(), nextPlace()]
      const [first] = [
        await pushChart(EXAMPLE, `${from}:0.1.0`, { format: 'helm', tags: ['latest'] }),
        await pushChart(EXAMPLE, `${from}:0.2.0_a`, { format: 'split', version: '0.2.0+a' }),
      ]

      const plainHttp = ['--src-tls-verify=false', '--dest-tls-verify=false']
      await run('sync', ...plainHttp, '--src', 'docker', '--dest', 'docker', from, to.replace(/\/mychart$/, ''))

      await expectChart(`${to}:latest`, first)
      expect((await listChartVersions(to)).versions.map(({ version }) => version)).toEqual(['0.2.0+a', '0.1.0'])
    })

    describe('no chart:', () => {
      it.for(['oci', 'v2s2'])('an image in the format %s', CLIENT_TIMEOUT, async (format) => {
        const { folder, reference, copy } = await prepare()
        await packFolder(EXAMPLE, join(folder, 'layer.tgz'))

        await copy('--format', format, 'tarball:layer.tgz', `docker://${reference}`)

        await expectRefusal(reference, 'a container image')
      })

      it('a whole index of images', CLIENT_TIMEOUT, async () => {
        const { folder, place, reference, copy } = await prepare()
        await packFolder(EXAMPLE, join(folder, 'layer.tgz'))
        await copy('tarball:layer.tgz', `docker://${reference}`)
        const manifest = await new Repository(reference).resolve('0.1.0')
        if (!manifest) throw new Error('Skopeo has pushed nothing')
        const index = await tagIndex({ reference, manifest })

        await copy('--all', `docker://${index}`, `docker://${place}:copied`)

        await expectRefusal(`${place}:copied`, 'an index of container images')
      })
    })
  })
})

/** Puts a manifest into an index, which Skopeo copies, but cannot make; gives the reference of the index. */
async function tagIndex({ reference, manifest }: Pick<PushChartResult, 'reference' | 'manifest'>): Promise<string> {
  const json = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [manifest] })
  const index = bytesContent(Buffer.from(json), { mediaType: INDEX })
  await new Repository(reference, { access: 'push' }).putTagged(index, ['index'])
  return reference.replace(/:[^:]*$/, ':index')
}

const INDEX = 'application/vnd.oci.image.index.v1+json'
