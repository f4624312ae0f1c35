/**
 * Pushes every chart of a folder, in both formats, to an embedded registry and to Distribution where it is installed,
 * from two copies with other times, modes and order of creation; pulls it, compares, and pushes the result again:
 * `npm run trial -- <folder of charts>`.
 */
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { type ChartFormat, pushChart } from '../src/index.js'
import { startRegistry } from '../src/testing/index.js'
import { listChartFolders } from './support/list-chart-folders.js'
import { tryRoundTrip } from './support/round-trip.js'
import { type CountingProxy, startCountingProxy } from './support/start-counting-proxy.js'
import { distributionMissing, startDistribution } from './support/start-distribution.js'

const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: npm run trial -- <folder of charts>')
const charts = await listChartFolders(folder)
if (charts.length === 0) throw new Error(`there is no chart in ${folder}`)

const copies = await mkdtemp(join(tmpdir(), 'oras-helm-trial-'))
const missing = distributionMissing()
const embedded = await startRegistry()
const distribution = missing ? undefined : await startDistribution()
const registries = { embedded: embedded.host, ...(distribution && { distribution: distribution.host }) }
let different = 0

try {
  if (missing) console.log(`Without Distribution: ${missing}.`)
  console.log(`node ${process.version}`)
  console.log('| chart | format | registry | digest | requests: cold, from the other copy | pulled and pushed again |')
  console.log('|---|---|---|---|---|---|')
  for (const chart of charts) {
    const other = join(copies, basename(chart))
    await copyBackwards(chart, other)
    for (const format of ['helm', 'split'] as const) {
      for (const [name, host] of Object.entries(registries)) {
        const proxy = await startCountingProxy(host)
        const first = await tryPush(chart, format, proxy)
        const second = await tryPush(other, format, proxy)
        await proxy.close()
        const isSame = first.digest === second.digest && second.status === 'unchanged'
        if (!isSame) different++
        const digest = isSame ? first.digest : `${first.digest} BUT ${second.digest}`
        const unpacked = await mkdtemp(join(copies, 'unpacked-'))
        const { files, differences } = await tryRoundTrip(chart, format, `${host}/back/${format}`, unpacked)
        different += differences.length
        const back = differences.length === 0 ? `${files} files, all the same` : `DIFFERENT: ${differences.join(', ')}`
        const cells = [basename(chart), format, name, `\`${digest}\``, `${first.requests}, ${second.requests}`, back]
        console.log(`| ${cells.join(' | ')} |`)
      }
    }
  }
} finally {
  await embedded.close()
  await distribution?.close()
  await rm(copies, { recursive: true, force: true })
}
console.log(different === 0 ? 'All copies gave the same digests, and all came back.' : `${different} differences.`)
process.exitCode = different === 0 ? 0 : 1

async function tryPush(chart: string, format: ChartFormat, proxy: CountingProxy) {
  proxy.clearRequests()
  const reference = `oci://${proxy.host}/${format}`
  const { digest, status } = await pushChart(chart, reference, { format, missingDependencies: 'warn' })
  return { digest, status, requests: proxy.requests.length }
}

/** Copies a folder in reverse order, with other times and modes. */
async function copyBackwards(from: string, to: string): Promise<void> {
  await mkdir(to)
  const entries = await readdir(from, { withFileTypes: true })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await copyBackwards(source, target)
    else if (entry.isSymbolicLink()) await cp(source, target, { verbatimSymlinks: true })
    else {
      await writeFile(target, await readFile(source))
      await chmod(target, 0o600)
      await utimes(target, 1, 1)
    }
  }
}
