/** Helm finds among the tags that we push the version that we find. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { inspectChart, pushChart, readChart } from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { describeWithPeer } from './describe-with-peer.js'
import { PEERS } from './peers.js'
import { HELM_TIMEOUT, prepareHelm } from './prepare-helm.js'

const VERSIONS = ['0.9.9', '1.0.0', '1.9.0', '1.10.0+build.7', '1.10.1-alpha.2', '2.0.0-rc.1']

/** What `--version` says, and what is found; without it, the newest stable version. */
const RANGES = [
  [undefined, '1.10.0+build.7'],
  ['*', '1.10.0+build.7'],
  ['1.x', '1.10.0+build.7'],
  ['^1.0.0, !=1.10.0', '1.9.0'],
  ['~1.0', '1.0.0'],
  ['<1.0.0', '0.9.9'],
  ['0.5 - 1.9.0', '1.9.0'],
  ['^3 || ~0.9', '0.9.9'],
  ['>0.0.0-0', '2.0.0-rc.1'],
  ['~1.10.1-0', '1.10.1-alpha.2'],
  ['1.0.0', '1.0.0'],
  ['1.10.0+build.7', '1.10.0+build.7'],
] as const

for (const peer of [PEERS.helm3, PEERS.helm4]) {
  describeWithPeer(peer, 'finds the versions that we find', (program) => {
    const helm = prepareHelm(program)
    const layers = new Map<string, string | undefined>()
    let repository: string
    beforeAll(async () => {
      repository = `${helm.registry.host}/charts/mychart`
      const chart = await readChart(await helm.chartFolder('mychart'))
      for (const version of VERSIONS) {
        // Other tags are no versions, and must not be in the way.
        const tags = version === '1.0.0' ? ['latest', '1.0', 'sha256-0123.sig'] : []
        const pushed = await pushChart(chart, `oci://${helm.registry.host}/charts`, { version, tags })
        layers.set(version, pushed.layers[0]?.digest)
      }
    })

    it.concurrent.each(RANGES)('%s: %s', HELM_TIMEOUT, async (range, version) => {
      const flags = range === undefined ? [] : ['--version', range]
      const source = [`oci://${repository}`, ...flags, '--plain-http']

      expect((await inspectChart(repository, { version: range })).metadata.version).toBe(version)
      expect(await helm.run('show', 'chart', ...source)).toContain(`\nversion: ${version}\n`)
      const folder = await helm.makeFolder()
      await helm.run('pull', ...source, '--destination', folder)
      expect(digestOf(await readFile(join(folder, `mychart-${version}.tgz`)))).toBe(layers.get(version))
    })

    it('development versions too, with --devel', HELM_TIMEOUT, async () => {
      const shown = await helm.run('show', 'chart', `oci://${repository}`, '--devel', '--plain-http')
      expect(shown).toContain('\nversion: 2.0.0-rc.1\n')
      const inspected = await inspectChart(repository, { prerelease: true })
      expect(inspected.metadata.version).toBe('2.0.0-rc.1')
    })

    it.concurrent.each(['^7', '1.2.3', '1.10.0+build.8'])('%s: none', HELM_TIMEOUT, async (range) => {
      await expect(inspectChart(repository, { version: range })).rejects.toThrow()
      const source = [`oci://${repository}`, '--version', range, '--plain-http']
      await expect(helm.run('show', 'chart', ...source)).rejects.toThrow(/could not locate|not found/i)
    })
  })
}
