/** crane reads what the library writes: every byte of it, and copies of it, which must be the same chart. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeWithPeer } from './describe-with-peer.js'
import { CLIENT_TIMEOUT, describeWithRegistries } from './describe-with-registries.js'
import { sha256 } from './digest-at.js'
import { EXAMPLE, loadChartYaml } from './example-chart.js'
import { expectChart } from './expect-chart.js'
import { PEERS } from './peers.js'
import { makeClient } from './make-client.js'
import { FORMATS, pushExample } from './push-example.js'

describeWithPeer(PEERS.crane, 'what we write is read', (program) => {
  describeWithRegistries((nextPlace) => {
    describe.each(FORMATS)('%s', (format) => {
      const prepare = async () => {
        const pushed = await pushExample(nextPlace(), format)
        return { ...(await makeClient(program)), pushed, reference: pushed.reference, copied: `${nextPlace()}:0.1.0` }
      }

      it('crane digest, and crane manifest', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, run, ask } = await prepare()

        expect(await ask('digest', reference)).toBe(pushed.digest)
        expect(sha256(await run('manifest', reference))).toBe(pushed.digest)
      })

      it('crane config', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, run } = await prepare()

        const config = await run('config', reference)

        expect(sha256(config)).toBe(pushed.config.digest)
        expect(JSON.parse(config.toString())).toEqual(format === 'helm' ? await loadChartYaml(EXAMPLE) : {})
      })

      it('crane blob, of each layer', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, run } = await prepare()

        for (const { digest, size } of pushed.layers) {
          const blob = await run('blob', reference.replace(':0.1.0', `@${digest}`))
          expect([sha256(blob), blob.length]).toEqual([digest, size])
        }
      })

      it('crane ls', CLIENT_TIMEOUT, async () => {
        const { reference, ask } = await prepare()

        const tags = await ask('ls', reference.replace(':0.1.0', ''))

        expect(tags.split('\n').toSorted()).toEqual(['0.1.0', 'latest'])
      })

      it('crane copy, of all tags', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, copied, run } = await prepare()

        await run('copy', '--all-tags', reference.replace(':0.1.0', ''), copied.replace(':0.1.0', ''))

        await expectChart(copied, pushed)
        await expectChart(copied.replace('0.1.0', 'latest'), pushed)
      })

      it('crane pull, to a layout with every blob', CLIENT_TIMEOUT, async () => {
        const { folder, pushed, reference, run } = await prepare()

        await run('pull', '--format=oci', reference, 'layout')
        for (const { digest } of [pushed.manifest, pushed.config, ...pushed.layers]) {
          expect(sha256(await readFile(join(folder, 'layout/blobs', digest.replace(':', '/'))))).toBe(digest)
        }
      })
    })
  })
})
