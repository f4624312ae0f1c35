/** Skopeo reads what the library writes, every byte of it. written-by-skopeo.test.ts checks that its copies are charts. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeWithPeer } from './describe-with-peer.js'
import { CLIENT_TIMEOUT, describeWithRegistries } from './describe-with-registries.js'
import { sha256 } from './digest-at.js'
import { expectChart } from './expect-chart.js'
import { PEERS } from './peers.js'
import { makeClient } from './make-client.js'
import { FORMATS, pushExample } from './push-example.js'

const INSECURE = '--tls-verify=false'

describeWithPeer(PEERS.skopeo, 'what we write is read', (program) => {
  describeWithRegistries((nextPlace) => {
    describe.each(FORMATS)('%s', (format) => {
      const prepare = async () => {
        const pushed = await pushExample(nextPlace(), format)
        const client = await makeClient(program)
        const copy = (...args: readonly string[]) =>
          client.run('copy', '--src-tls-verify=false', '--dest-tls-verify=false', '--preserve-digests', ...args)
        return { ...client, pushed, copy, source: `docker://${pushed.reference}` }
      }

      it('skopeo inspect --raw', CLIENT_TIMEOUT, async () => {
        const { pushed, source, run } = await prepare()

        expect(sha256(await run('inspect', '--raw', INSECURE, source))).toBe(pushed.digest)
      })

      it('skopeo list-tags', CLIENT_TIMEOUT, async () => {
        const { source, ask } = await prepare()

        const { Tags } = JSON.parse(await ask('list-tags', INSECURE, source.replace(':0.1.0', ''))) as {
          Tags: string[]
        }

        expect(Tags.toSorted()).toEqual(['0.1.0', 'latest'])
      })

      it('skopeo copy, to a layout with every blob', CLIENT_TIMEOUT, async () => {
        const { folder, pushed, source, copy } = await prepare()

        await copy(source, 'oci:layout:0.1.0')
        for (const { digest } of [pushed.manifest, pushed.config, ...pushed.layers]) {
          expect(sha256(await readFile(join(folder, 'layout/blobs', digest.replace(':', '/'))))).toBe(digest)
        }
      })

      it('skopeo copy, to a folder with our digest', CLIENT_TIMEOUT, async () => {
        const { pushed, source, copy, ask } = await prepare()

        await copy(source, 'dir:folder')
        expect(await ask('manifest-digest', 'folder/manifest.json')).toBe(pushed.digest)
      })

      it('skopeo delete', CLIENT_TIMEOUT, async () => {
        const { pushed, source, run, ask } = await prepare()
        await expectChart(pushed.reference, pushed)

        await run('delete', INSECURE, source)

        await expect(ask('inspect', '--raw', INSECURE, source)).rejects.toThrow('manifest unknown')
      })
    })
  })
})
