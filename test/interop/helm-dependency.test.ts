/** Helm finds the charts that we push when another chart depends on them. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { pushChart, readChart } from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { makeArchive } from '../support/make-chart.js'
import { describeWithPeer } from './describe-with-peer.js'
import { PEERS } from './peers.js'
import { HELM_TIMEOUT, prepareHelm } from './prepare-helm.js'

const VERSIONS = ['1.0.0', '1.9.3', '1.10.0', '2.0.0-rc.1', '3.0.0+build.7']

/** What is asked for, and what Helm is to put into `charts/`. */
const RANGES = [
  ['1.9.3', '1.9.3'],
  ['~1.9.0', '1.9.3'],
  ['^1.0.0', '1.10.0'],
  ['>=1.0.0-0 <3.0.0', '2.0.0-rc.1'],
  ['3.x', '3.0.0+build.7'],
  ['3.0.0+build.7', '3.0.0+build.7'],
] as const

for (const peer of [PEERS.helm3, PEERS.helm4]) {
  describeWithPeer(peer, 'resolves our chart as a dependency', (program) => {
    const helm = prepareHelm(program)
    const layers = new Map<string, string | undefined>()
    beforeAll(async () => {
      for (const version of VERSIONS) {
        const yaml = `apiVersion: v2\nname: needed\nversion: ${version}\n`
        const pushed = await pushChart(
          makeArchive([{ name: 'needed/Chart.yaml', text: yaml }]),
          `oci://${helm.registry.host}/charts`,
        )
        layers.set(version, pushed.layers[0]?.digest)
      }
    })

    /** Writes a chart that needs another; apiVersion v1 says so in a file of its own. */
    const writeParent = async (apiVersion: string, range: string): Promise<string> => {
      const folder = join(await helm.makeFolder(), 'parent')
      await mkdir(folder)
      const head = `apiVersion: ${apiVersion}\nname: parent\nversion: 0.1.0\n`
      const dependency = { name: 'needed', version: range, repository: `oci://${helm.registry.host}/charts` }
      const dependencies = `dependencies: ${JSON.stringify([dependency])}\n`
      await writeFile(join(folder, 'Chart.yaml'), apiVersion === 'v2' ? head + dependencies : head)
      if (apiVersion === 'v1') await writeFile(join(folder, 'requirements.yaml'), dependencies)
      return folder
    }
    const vendored = async (folder: string): Promise<Readonly<Record<string, string>>> => {
      const names = await readdir(join(folder, 'charts'))
      const files = names.map(async (name) => [name, digestOf(await readFile(join(folder, 'charts', name)))] as const)
      return Object.fromEntries(await Promise.all(files))
    }

    for (const apiVersion of ['v2', 'v1']) {
      it.concurrent.each(RANGES)(
        `of apiVersion ${apiVersion}, in the range %s: %s`,
        HELM_TIMEOUT,
        async (range, version) => {
          const folder = await writeParent(apiVersion, range)
          const wanted = { [`needed-${version}.tgz`]: layers.get(version) }

          await helm.run('dependency', 'update', folder, '--plain-http')
          expect(await vendored(folder)).toEqual(wanted)

          // Once more, now from the lock.
          await rm(join(folder, 'charts'), { recursive: true })
          await helm.run('dependency', 'build', folder, '--plain-http')
          expect(await vendored(folder)).toEqual(wanted)

          // The chart that Helm has completed is complete for the library too.
          const { dependencies } = await readChart(folder)
          expect(dependencies.map(({ metadata }) => metadata.version)).toEqual([version])
          const pushed = await pushChart(folder, `oci://${helm.registry.host}/parents/${peer.kind}`, {
            version: `0.1.0-${apiVersion}`,
          })
          expect(pushed.status).toMatch(/pushed|unchanged/)
        },
      )
    }

    it('finds no version in a range without versions', HELM_TIMEOUT, async () => {
      const folder = await writeParent('v2', '^9.0.0')
      await expect(helm.run('dependency', 'update', folder, '--plain-http')).rejects.toThrow(/version matching/)
    })
  })
}
