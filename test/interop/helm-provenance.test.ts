/** Signatures of Helm are still valid after a push by the library, and after a pull by the library. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packChart, pullChart, pushChart, readChart, writeContent } from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { skipBecause } from '../support/skip-because.js'
import { describeWithPeer } from './describe-with-peer.js'
import { PEERS } from './peers.js'
import { gnupgMissing, type Keyring, makeKeyring } from './make-keyring.js'
import { type PackedChart, packageChart } from './package-chart.js'
import { HELM_TIMEOUT, prepareHelm } from './prepare-helm.js'

const TITLES = [
  'mychart',
  'a plus in the version',
  'text in many scripts',
  'characters that Go escapes in JSON',
  'apiVersion v1 with requirements.yaml',
  'subcharts packed and unpacked, one in another',
]
const CREATED = 'org.opencontainers.image.created'

for (const peer of [PEERS.helm3, PEERS.helm4]) {
  describeWithPeer(peer, 'verifies our provenance', (program) => {
    describe.skipIf(skipBecause(gnupgMissing(), `signatures of ${peer.title}`))('', () => {
      const helm = prepareHelm(program)
      let keyring: Keyring
      beforeAll(async () => {
        keyring = await makeKeyring()
      }, HELM_TIMEOUT.timeout)
      afterAll(() => keyring?.close())

      const signed = new Map<string, Promise<PackedChart>>()
      const signOnce = (title: string): Promise<PackedChart> => {
        const packed = signed.get(title) ?? sign(title)
        signed.set(title, packed)
        return packed
      }
      const sign = (title: string): Promise<PackedChart> =>
        packageChart(helm, title, '--sign', '--key', keyring.key, '--keyring', keyring.secret)
      const verify = async (repository: string, { name, version }: PackedChart): Promise<string> => {
        const folder = await helm.makeFolder()
        const source = [`oci://${helm.registry.host}/${repository}/${name}`, '--version', version, '--plain-http']
        await helm.run('pull', ...source, '--verify', '--keyring', keyring.public, '--destination', folder)
        return join(folder, `${name}-${version}.tgz`)
      }

      it.concurrent.each(TITLES)('of %s, pushed by us', HELM_TIMEOUT, async (title) => {
        const packed = await signOnce(title)
        await pushChart(packed.archive, `oci://${helm.registry.host}/verified`)

        const pulled = await verify('verified', packed)

        expect(digestOf(await readFile(pulled))).toBe(digestOf(await readFile(packed.archive)))
        expect(digestOf(await readFile(`${pulled}.prov`))).toBe(digestOf(await readFile(`${packed.archive}.prov`)))
      })

      it.concurrent.each(TITLES)('of %s, pushed by Helm and pulled by us', HELM_TIMEOUT, async (title) => {
        const { archive, name, version } = await signOnce(title)
        await helm.run('push', archive, `oci://${helm.registry.host}/theirs`, '--plain-http')

        const destination = await helm.makeFolder()
        const { path = '' } = await pullChart(`${helm.registry.host}/theirs/${name}`, { version, destination })

        await helm.run('verify', path, '--keyring', keyring.public)
      })

      it.concurrent.each(TITLES)('of %s, in the same manifest as that of helm push', HELM_TIMEOUT, async (title) => {
        const { archive, name, tag } = await signOnce(title)
        await helm.run('push', archive, `oci://${helm.registry.host}/same/theirs`, '--plain-http')
        const theirs = await helm.readManifest(`same/theirs/${name}`, tag)

        const created = theirs.manifest.annotations?.[CREATED]
        await pushChart(archive, `oci://${helm.registry.host}/same/ours`, { created })

        const ours = await helm.readManifest(`same/ours/${name}`, tag)
        expect(ours.text).toBe(theirs.text)
        expect(ours.manifest.layers.map(({ digest }) => digest)).toContain(digestOf(await readFile(`${archive}.prov`)))
      })

      it('refuses a changed one, one of another archive, and a missing one', HELM_TIMEOUT, async () => {
        const packed = await sign('mychart')
        const { archive } = packed
        const provenance = await readFile(`${archive}.prov`, 'utf8')
        const push = (repository: string, more: object = {}): Promise<unknown> =>
          pushChart(archive, `oci://${helm.registry.host}/${repository}`, more)

        await push('unsigned', { provenance: false })
        await push('changed', { provenance: Buffer.from(provenance.replace('A small web', 'A large web')) })
        // The same chart, packed by us: other bytes under the same name.
        const repacked = await packChart(await readChart(await helm.chartFolder('mychart')))
        await writeContent(repacked, archive, { overwrite: true })
        await push('other')

        await expect(verify('unsigned', packed)).rejects.toThrow(/provenance/)
        await expect(verify('changed', packed)).rejects.toThrow(/signature/)
        await expect(verify('other', packed)).rejects.toThrow('sha256 sum does not match')
      })
    })
  })
}
