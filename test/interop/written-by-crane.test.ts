/** The library reads what crane writes: charts that it copied, packed again or added to, and images that it made. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listChartVersions, pullChart, pushChart, type PushChartResult } from '../../src/index.js'
import { caught } from '../support/make-chart.js'
import { describeWithPeer } from './describe-with-peer.js'
import { CLIENT_TIMEOUT, describeWithRegistries } from './describe-with-registries.js'
import { digestAt } from './digest-at.js'
import { EXAMPLE, packFolder } from './example-chart.js'
import { expectChart } from './expect-chart.js'
import { expectRefusal } from './expect-refusal.js'
import { PEERS } from './peers.js'
import { type Client, makeClient } from './make-client.js'

interface Prepared extends Client {
  /** Where something new may be put. */
  readonly place: string
  readonly reference: string
}

describeWithPeer(PEERS.crane, 'what it writes is read', (program) => {
  describeWithRegistries((nextPlace) => {
    const prepare = async (): Promise<Prepared> => {
      const place = nextPlace()
      return { ...(await makeClient(program)), place, reference: `${place}:0.1.0` }
    }

    /** A chart that the library pushed, and crane changes. */
    const push = (format: 'helm' | 'split'): Promise<PushChartResult> => {
      return pushChart(EXAMPLE, `${nextPlace()}:0.1.0`, { format })
    }

    describe.each(['helm', 'split'] as const)('%s', (format) => {
      it('crane copy', CLIENT_TIMEOUT, async () => {
        const { place, reference, run } = await prepare()
        const pushed = await push(format)

        await run('copy', pushed.reference, reference)
        await run('tag', reference, 'latest')
        await run('tag', reference, '9.9.9')

        await expectChart(reference, pushed)
        await expectChart(`${place}:latest`, pushed)
        expect(await caught(pullChart(`${place}:9.9.9`))).toMatchObject({
          code: 'ERR_CONTENT_MISMATCH',
          actual: '0.1.0',
        })
        expect((await listChartVersions(place)).versions.map(({ tag }) => tag)).toEqual(['9.9.9', '0.1.0'])
      })

      it('crane push of a layout that crane pulled', CLIENT_TIMEOUT, async () => {
        const { reference, run } = await prepare()
        const pushed = await push(format)

        await run('pull', '--format=oci', pushed.reference, 'layout')
        await run('push', 'layout', reference)

        await expectChart(reference, pushed)
      })

      it('crane mutate, of annotations', CLIENT_TIMEOUT, async () => {
        const { reference, run } = await prepare()
        const pushed = await push(format)

        await run('mutate', pushed.reference, '--annotation', 'com.example.team=web', '--tag', reference)

        const digest = await digestAt(reference)
        expect(digest).not.toBe(pushed.digest)
        await expectChart(reference, { digest, format })
      })

      it('crane append, of one more layer', CLIENT_TIMEOUT, async () => {
        const { folder, reference, run } = await prepare()
        const pushed = await push(format)
        await packFolder(EXAMPLE, join(folder, 'layer.tgz'))

        await run('append', '--base', pushed.reference, '--new_layer', 'layer.tgz', '--new_tag', reference)

        const digest = await digestAt(reference)
        expect(digest).not.toBe(pushed.digest)
        await expectChart(reference, { digest, format })
      })

      it('crane index append, of an image and the chart', CLIENT_TIMEOUT, async () => {
        const { folder, place, reference, run } = await prepare()
        const pushed = await push(format)
        await packFolder(EXAMPLE, join(folder, 'layer.tgz'))
        await run('append', '--new_layer', 'layer.tgz', '--new_tag', `${place}:image`)

        await run('index', 'append', '-m', `${place}:image`, '-m', pushed.reference, '-t', reference)

        expect(await digestAt(reference)).not.toBe(pushed.digest)
        await expectChart(reference, pushed)
      })
    })

    describe('no chart:', () => {
      const append = async (...options: readonly string[]): Promise<Prepared> => {
        const prepared = await prepare()
        await packFolder(EXAMPLE, join(prepared.folder, 'layer.tgz'))
        await prepared.run('append', '--new_layer', 'layer.tgz', '--new_tag', prepared.reference, ...options)
        return prepared
      }

      it.for([
        ['of Docker', []],
        ['of OCI', ['--oci-empty-base']],
      ] as const)('an image %s', CLIENT_TIMEOUT, async ([, options]) => {
        const { reference } = await append(...options)

        await expectRefusal(reference, 'a container image')
      })

      it('an image that was pulled to a layout, and pushed', CLIENT_TIMEOUT, async () => {
        const { place, reference, run } = await append()

        await run('pull', '--format=oci', reference, 'layout')
        await run('push', 'layout', `${place}:pushed`)

        await expectRefusal(`${place}:pushed`, 'a container image')
      })

      it('an index of images', CLIENT_TIMEOUT, async () => {
        const { place, reference, run } = await append()

        await run('index', 'append', '-m', reference, '-t', `${place}:index`)

        await expectRefusal(`${place}:index`, 'an index of container images')
      })

      it('an index of nothing', CLIENT_TIMEOUT, async () => {
        const { reference, run } = await prepare()

        await run('index', 'append', '-t', reference)

        await expectRefusal(reference, 'an empty index')
      })
    })
  })
})
