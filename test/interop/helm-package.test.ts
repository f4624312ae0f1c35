/** Helm and the library pack the same files of a folder, in the same order, with the same bytes. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { load } from 'js-yaml'
import { expect, it } from 'vitest'
import { type Chart, packChart, readChart, writeContent } from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { describeWithPeer } from './describe-with-peer.js'
import { chartTitles } from './sample-charts.js'
import { PEERS } from './peers.js'
import { packageChart } from './package-chart.js'
import { HELM_TIMEOUT, prepareHelm } from './prepare-helm.js'

const run = promisify(execFile)

/** Helm writes these anew, without their comments; we keep them. */
const REWRITTEN = /(^|\/)Chart\.(yaml|lock)$/

for (const peer of [PEERS.helm3, PEERS.helm4]) {
  describeWithPeer(peer, 'packs the same files', (program) => {
    const helm = prepareHelm(program)

    it.concurrent.each(chartTitles)('of %s', HELM_TIMEOUT, async (title) => {
      const { folder, archive: theirs } = await packageChart(helm, title)
      const chart = await readChart(await helm.chartFolder(title))
      const ours = join(folder, 'ours.tgz')
      await writeContent(await packChart(chart), ours)

      const [listed, wanted] = await Promise.all([listEntries(ours), listEntries(theirs)])
      expect(listed.toSorted()).toEqual(wanted.toSorted())
      // Helm puts several subcharts in an order that changes from run to run.
      const isOwn = (entry: string): boolean => !/^\S+ \S+ [^/]+\/charts\/[^/]+\//.test(entry)
      expect(listed.filter(isOwn)).toEqual(wanted.filter(isOwn))
      const [contents, wantedContents] = [await readFiles(ours, folder), await readFiles(theirs, folder)]
      expect(contents).toEqual(wantedContents)
      expect(listMetadata(await readChart(ours))).toEqual(listMetadata(await readChart(theirs)))
      expect(await helm.run('show', 'chart', ours)).toBe(await helm.run('show', 'chart', theirs))
    })
  })
}

/** Mode, owner and path of each entry, in the order of the archive. */
async function listEntries(archive: string): Promise<readonly string[]> {
  const { stdout } = await run('tar', ['--quoting-style=literal', '--numeric-owner', '-tvzf', archive])
  const lines = stdout.trimEnd().split('\n')
  return lines.map((line) => line.replace(/^(\S+) (\S+) +\d+ \S+ \S+ /, '$1 $2 '))
}

/** A digest for each file; of those that Helm writes anew, what they say. */
async function readFiles(archive: string, parent: string): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(parent, `unpacked-${digestOf(Buffer.from(archive)).slice(-8)}`)
  await mkdir(folder)
  await run('tar', ['-xzf', archive, '-C', folder])
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const files = paths.toSorted().map(async (path) => {
    const bytes = await readFile(path)
    const name = path.slice(folder.length + 1)
    if (!REWRITTEN.test(name)) return [name, digestOf(bytes)]
    return [name, name.endsWith('.lock') ? load(bytes.toString()) : 'metadata']
  })
  return Object.fromEntries(await Promise.all(files)) as Readonly<Record<string, unknown>>
}

/** What the Chart.yaml of a chart, and those of its subcharts, say. */
function listMetadata({ metadata, dependencies }: Chart): readonly unknown[] {
  return [metadata, ...dependencies.map(listMetadata)]
}
