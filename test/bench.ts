/**
 * Measures speed and memory, in comparison with other programs, and writes docs/maintainers/performance.md: `npm run
 * bench`. With the names of cases, `npm run bench -- large pack`, it measures only those, and writes nothing. `CHARTS`
 * names a folder of real charts.
 */
import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './bench/bench.js'
import { type Contest, holdContest, type Outcome } from './bench/contest.js'
import { drawRatios } from './bench/draw-ratios.js'
import { formatPerformance, listTargets } from './bench/format-performance.js'
import { importPackage } from './bench/import-package.js'
import { measureInstallation } from './bench/installed-size.js'
import { largeContent } from './bench/large-content.js'
import { MEBIBYTE, ROOT } from './bench/measure.js'
import { packLargest } from './bench/pack-chart.js'
import { type Profile, profileNode } from './bench/profile.js'
import { installPrograms, listVersions } from './bench/programs.js'
import { pushLargeChart } from './bench/push-large-chart.js'
import { pushMany } from './bench/push-many.js'
import { pushOne } from './bench/push-one.js'
import { readMany } from './bench/read-many.js'
import { DISTANCES, roundTrips } from './bench/round-trips.js'
import { serveRegistry } from './bench/serve-registry.js'
import { clientHome } from './support/client-home.js'
import { listChartFolders } from './support/list-chart-folders.js'
import { distributionMissing, startDistribution } from './support/start-distribution.js'

const CASES: ReadonlyMap<string, (bench: Bench) => Promise<readonly Contest[]>> = new Map([
  ['one', pushOne],
  ['trips', async (bench) => roundTrips(bench, registries)],
  ['many', pushMany],
  ['read', readMany],
  ['pack', packLargest],
  ['large', largeContent],
  ['chart', pushLargeChart],
  ['import', importPackage],
])
const PAGE = join(ROOT, 'docs/maintainers/performance.md')

const names = process.argv.slice(2)
const unknown = names.filter((name) => !CASES.has(name))
if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}, only ${[...CASES.keys()].join(', ')}`)
const missing = distributionMissing()
if (missing) throw new Error(`The benchmark pushes to the Distribution registry, but ${missing}.`)

const folder = await mkdtemp(join(tmpdir(), 'oras-helm-bench-'))
const programs = installPrograms(folder)
const charts = await findCharts(process.env['CHARTS'] ?? join(ROOT, 'examples'))
const env = clientHome(join(folder, 'home'))
const distribution = await startDistribution()
const registries = await Promise.all(DISTANCES.map(({ delay }) => serveRegistry(delay)))
try {
  const outcomes: Outcome[] = []
  const profiles: Profile[] = []
  for (const [name, prepare] of CASES) {
    if (names.length > 0 && !names.includes(name)) continue
    for (const contest of await prepare({ folder, host: distribution.host, charts, programs, env })) {
      const outcome = await holdContest(contest)
      outcomes.push(outcome)
      report(outcome)
      const profile = await profileMissed(outcome)
      if (profile) profiles.push(profile)
    }
  }
  if (names.length === 0) {
    const before = await readFile(PAGE, 'utf8')
    const installation = await measureInstallation()
    const conditions = await listConditions()
    await writeFile(PAGE, formatPerformance({ conditions, outcomes, profiles, installation, before }))
    await writeFile(join(ROOT, 'docs/maintainers/performance.svg'), drawRatios(outcomes))
  }
  // Memory does not vary by chance, so its budgets are checked here; times are only reported.
  for (const { contest, entries } of outcomes) {
    const peak = entries[0]?.peak ?? 0
    if (peak <= (contest.memory ?? Infinity)) continue
    console.error(`TOO MUCH MEMORY: ${contest.title}: ${peak.toFixed(0)} MiB`)
    process.exitCode = 1
  }
} finally {
  await Promise.all([distribution, ...registries].map((registry) => registry.close()))
  await rm(folder, { recursive: true, force: true })
}

/** Runs one more round, which is not measured but profiled, if a target was missed. */
async function profileMissed(outcome: Outcome): Promise<Profile | undefined> {
  const [ours] = outcome.contest.contestants
  if (!ours?.script || listTargets(outcome).every(({ isMet }) => isMet)) return undefined
  const round = outcome.entries[0]?.samples.length ?? 0
  await ours.prepare?.(round)
  const profile = await profileNode(outcome.contest.title, ours.script(round))
  console.log('  where the time goes:', Object.fromEntries(profile.parts))
  return profile
}

function report({ contest, entries }: Outcome): void {
  console.log(contest.title)
  for (const { name, median, quartiles, ratio, target, peak, samples } of entries) {
    const [low, high] = quartiles.map((each) => each.toFixed(3))
    const goal = target === undefined ? '' : ` (wanted ${target.toFixed(2)})`
    const note = samples.at(-1)?.note ?? ''
    console.log(
      `  ${name}: ${median.toFixed(3)} s [${low}, ${high}], ${ratio.toFixed(2)} ×${goal}, ${peak.toFixed(0)} MiB ${note}`,
    )
  }
}

/** Sorted by size, the largest first. */
async function findCharts(parent: string): Promise<readonly string[]> {
  const found: { path: string; size: number }[] = []
  for (const path of await listChartFolders(parent)) {
    const files = await readdir(path, { recursive: true, withFileTypes: true })
    const sizes = files
      .filter((each) => each.isFile())
      .map(async (each) => (await stat(join(each.parentPath, each.name))).size)
    found.push({ path, size: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) })
  }
  return found.toSorted((a, b) => b.size - a.size).map(({ path }) => path)
}

async function listConditions(): Promise<readonly string[]> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim()
  const registry = execFileSync('docker-registry', ['--version'], { encoding: 'utf8' }).trim().split(' ').at(-1) ?? ''
  return [
    `oras-helm ${version} (${commit}), Node ${process.version}; ${listVersions()}; Distribution ${registry} on the same machine`,
    `${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${(totalmem() / MEBIBYTE / 1024).toFixed(0)} GiB of memory`,
    `charts: ${charts.map((path) => path.slice(path.lastIndexOf('/') + 1)).join(', ')}`,
  ]
}
