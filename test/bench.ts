/**
 * Measures what must not be asserted by a timer, and writes docs/performance.md: `npm run bench`. Everything is measured
 * in one run, alternating, so that the ratios mean something; the times are those of one machine. With the names of
 * cases, `npm run bench -- chart`, it measures only those, and writes nothing.
 */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { benchCopy } from './bench/copy-file.js'
import { benchImport } from './bench/import-package.js'
import { type Bench, MEBIBYTE, type Outcome, ROOT, run } from './bench/measure.js'
import { benchPull } from './bench/pull-file.js'
import { benchChart } from './bench/push-large-chart.js'
import { distributionMissing, startDistribution } from './start-distribution.js'

const CASES: ReadonlyMap<string, (bench: Bench) => Promise<Outcome>> = new Map([
  ['copy', benchCopy],
  ['pull', benchPull],
  ['chart', benchChart],
  ['import', benchImport],
])

const names = process.argv.slice(2)
const unknown = names.filter((name) => !CASES.has(name))
if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}, only ${[...CASES.keys()].join(', ')}`)
const missing = distributionMissing()
if (missing) throw new Error(`The benchmark pushes to the Distribution registry, but ${missing}.`)
await stat(join(ROOT, 'dist/index.js'))

const folder = await mkdtemp(join(tmpdir(), 'oras-helm-bench-'))
const distribution = await startDistribution()
try {
  const outcomes: Outcome[] = []
  for (const [name, measure] of CASES) {
    if (names.length === 0 || names.includes(name)) outcomes.push(await measure({ folder, host: distribution.host }))
  }
  const page = await formatPage(outcomes)
  console.log(page)
  if (names.length === 0) await writeFile(join(ROOT, 'docs/performance.md'), page)
  // Memory is no matter of luck, so its budgets are held here; times are only written down.
  const failures = outcomes.flatMap((outcome) => outcome.failures)
  if (failures.length > 0) throw new Error(failures.join('; '))
} finally {
  await distribution.close()
  await rm(folder, { recursive: true, force: true })
}

async function formatPage(outcomes: readonly Outcome[]): Promise<string> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  const memory = `${(totalmem() / MEBIBYTE / 1024).toFixed(0)} GiB`
  return `# Performance

Written by \`npm run bench\`. Round trips are not here: they are counted by tests (test/transfer/copy.test.ts,
test/push-cases.ts), because they are promises. Times belong to one machine; compare them only within a table.

oras-helm ${version}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${memory} of memory,
Distribution ${await distributionVersion()} on the same machine. Medians of the rounds that are listed below, which alternate;
of memory, the largest.

| what | ours | compared with | ratio | budget |
|---|---|---|---|---|
${outcomes.flatMap(({ rows }) => rows).join('\n')}

Spread:

${outcomes.map(({ spread }) => `- ${spread}`).join('\n')}
`
}

async function distributionVersion(): Promise<string> {
  const { stdout } = await run('docker-registry', ['--version'])
  return stdout.trim().split(' ').at(-1) ?? ''
}
