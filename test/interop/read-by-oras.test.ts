/** ORAS reads what the library writes: every byte of it, and copies of it, which must be the same chart. */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { PushChartResult } from '../../src/index.js'
import { describeWithPeer } from './describe-with-peer.js'
import { CLIENT_TIMEOUT, describeWithRegistries } from './describe-with-registries.js'
import { sha256 } from './digest-at.js'
import { digestFiles } from './digest-files.js'
import { EXAMPLE, loadChartYaml } from './example-chart.js'
import { expectChart } from './expect-chart.js'
import { PEERS } from './peers.js'
import { type Client, makeClient } from './make-client.js'
import { ANNOTATIONS, CREATED, FORMATS, PROVENANCE, pushExample } from './push-example.js'

interface Prepared extends Client {
  readonly pushed: PushChartResult
  readonly reference: string
  /** Where a copy may be put. */
  readonly copied: string
}

describeWithPeer(PEERS.oras, 'what we write is read', (program) => {
  describeWithRegistries((nextPlace) => {
    describe.each(FORMATS)('%s', (format) => {
      const prepare = async (): Promise<Prepared> => {
        const pushed = await pushExample(nextPlace(), format)
        const copied = `${nextPlace()}:0.1.0`
        return { ...(await makeClient(program)), pushed, reference: pushed.reference, copied }
      }

      it('oras manifest fetch, by tag and by digest', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, run, ask } = await prepare()

        for (const name of [reference, reference.replace(':0.1.0', `@${pushed.digest}`)]) {
          const manifest = await run('manifest', 'fetch', '--plain-http', name)
          expect(sha256(manifest)).toBe(pushed.digest)
          expect(JSON.parse(manifest.toString())).toMatchObject({
            config: pushed.config,
            layers: pushed.layers,
            annotations: {
              ...ANNOTATIONS,
              'org.opencontainers.image.created': CREATED,
              'org.opencontainers.image.title': 'mychart',
              'org.opencontainers.image.version': '0.1.0',
            },
          })
        }
        expect(await ask('resolve', '--plain-http', reference)).toBe(pushed.digest)
      })

      it('oras manifest fetch-config', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, run } = await prepare()

        const config = await run('manifest', 'fetch-config', '--plain-http', reference)

        expect(sha256(config)).toBe(pushed.config.digest)
        expect(JSON.parse(config.toString())).toEqual(format === 'helm' ? await loadChartYaml(EXAMPLE) : {})
      })

      it('oras blob fetch, of each layer', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, run } = await prepare()

        for (const { digest, size } of pushed.layers) {
          const name = reference.replace(':0.1.0', `@${digest}`)
          const blob = await run('blob', 'fetch', '--plain-http', '--output', '-', name)
          expect([sha256(blob), blob.length]).toEqual([digest, size])
        }
      })

      it('oras pull', CLIENT_TIMEOUT, async () => {
        const { folder, pushed, reference, run } = await prepare()

        await run('pull', '--plain-http', reference, '--output', 'pulled')

        // Helm gives its layers no titles, so ORAS leaves them where they are.
        const [meta, content] = pushed.layers.map(({ digest }) => digest)
        const files = format === 'helm' ? {} : { 'meta.json': meta, 'content.tar': content }
        expect(await digestFiles(join(folder, 'pulled'))).toEqual(files)
      })

      it('oras repo tags, and oras tag', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, run, ask } = await prepare()
        const place = reference.replace(':0.1.0', '')

        const tags = (await ask('repo', 'tags', '--plain-http', place)).split('\n')
        expect(new Set(tags)).toEqual(new Set(['0.1.0', 'latest']))
        await run('tag', '--plain-http', `${place}:latest`, 'moved')
        await expectChart(`${place}:moved`, pushed)
      })

      it('oras cp, from registry to registry', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, copied, run } = await prepare()

        await run('cp', '--from-plain-http', '--to-plain-http', reference, copied)

        await expectChart(copied, pushed)
      })

      it('oras cp, to a layout on the disk and back', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, copied, run, ask } = await prepare()

        await run('cp', '--from-plain-http', '--to-oci-layout', reference, 'layout:0.1.0')
        expect(await ask('resolve', '--oci-layout', 'layout:0.1.0')).toBe(pushed.digest)
        await run('cp', '--from-oci-layout', '--to-plain-http', 'layout:0.1.0', copied)

        await expectChart(copied, pushed)
      })

      it('oras backup, and oras restore', CLIENT_TIMEOUT, async () => {
        const { pushed, reference, copied, run } = await prepare()

        await run('backup', '--plain-http', '--output', 'backup.tar', `${reference},latest`)
        await run('restore', '--plain-http', '--input', 'backup.tar', copied.replace(':0.1.0', ''))

        await expectChart(copied, pushed)
        await expectChart(copied.replace('0.1.0', 'latest'), pushed)
      })

      it('oras attach, oras discover, and oras cp with what is attached', CLIENT_TIMEOUT, async () => {
        const { folder, pushed, reference, copied, run, ask } = await prepare()
        const discover = async (name: string): Promise<string> => {
          const template = '--format=go-template={{range .referrers}}{{.artifactType}} {{.digest}};{{end}}'
          return ask('discover', '--plain-http', template, name)
        }
        expect(await discover(reference)).toBe('')
        await writeFile(join(folder, 'review'), 'good')

        const template = '--format=go-template={{.digest}}'
        const args = ['--artifact-type', 'application/vnd.acme.review', reference, 'review']
        const digest = await ask('attach', '--plain-http', template, ...args)
        await run('cp', '--recursive', '--from-plain-http', '--to-plain-http', reference, copied)

        expect(await discover(reference)).toBe(`application/vnd.acme.review ${digest};`)
        expect(await discover(copied)).toBe(`application/vnd.acme.review ${digest};`)
        await expectChart(reference, pushed)
        await expectChart(copied, pushed)
      })
    })

    it(
      'tar unpacks the content of split that oras pull has written: all files but Chart.yaml',
      CLIENT_TIMEOUT,
      async () => {
        const { folder, run } = await makeClient(program)
        const { reference } = await pushExample(nextPlace(), 'split')
        await run('pull', '--plain-http', reference)

        await mkdir(join(folder, 'unpacked'))
        await promisify(execFile)('tar', ['-xf', 'content.tar', '-C', 'unpacked'], { cwd: folder })

        const { name: _, version: __, ...metadata } = await loadChartYaml(EXAMPLE)
        expect(JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8'))).toEqual(metadata)
        const { 'Chart.yaml': ___, ...files } = await digestFiles(EXAMPLE)
        expect(await digestFiles(join(folder, 'unpacked'))).toEqual(files)
      },
    )

    it('oras blob fetch gives the provenance as it was', CLIENT_TIMEOUT, async () => {
      const { run } = await makeClient(program)
      const { reference, layers } = await pushExample(nextPlace(), 'helm')
      const layer = layers.find(({ mediaType }) => mediaType.endsWith('.prov'))
      const name = reference.replace(':0.1.0', `@${layer?.digest}`)

      const provenance = await run('blob', 'fetch', '--plain-http', '--output', '-', name)

      expect(provenance.toString()).toBe(PROVENANCE)
    })
  })
})
