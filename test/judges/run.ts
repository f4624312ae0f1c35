/**
 * Lets others judge, and writes down what they say: `npm run judges` installs the judges, runs the tests that ask them,
 * runs the suite on every supported version of Node, and writes docs/compatibility.md.
 *
 * `--long` asks more random questions and runs every test on every Node; `--check` writes nothing, but fails when the
 * page has other rows or columns than this run; `--tested <report>` takes what `npm test` has just reported of this Node,
 * and does not run it again. `CHARTS` names a folder of more charts.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatCompatibility, withoutNumbers } from './format-compatibility.js'
import { HELM_LOADER, installJudge, type Judge, JUDGES, judgeMissing, judgeVersion } from './judges.js'
import { type Cell, readCells, readTotal } from './read-cells.js'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/compatibility.md')
const REPORTS = join(ROOT, 'node_modules/.cache/judges')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

// Pages, examples, judges and Distribution are the same to every Node: they are tested on one. What takes long, random
// input and hostile registries, is tested on the oldest and on the newest.
const SAME_ON_EVERY_NODE = ['**/{judges,docs,distribution}/**']
const LONG = ['**/properties/**', '**/{hostile-*,timeout}.test.ts']
const NODES = [
  { major: '20', exclude: [] },
  { major: '22', exclude: LONG },
  { major: '24', exclude: LONG },
  { major: '26', exclude: [] },
]

const { values: flags } = parseArgs({
  options: { long: { type: 'boolean' }, check: { type: 'boolean' }, tested: { type: 'string' } },
})
if (flags.long) process.env['JUDGES_LONG'] = '1'

rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })

const versions = installJudges()
const page = formatCompatibility([...judge(), ...NODES.map(tryNode)], versions)
console.log(page)
if (page.includes('✗')) process.exitCode = 1
if (Object.values<Judge>(JUDGES).some((each) => !versions.has(each)))
  console.warn('The page is left as it is, because judges are missing.')
else if (!flags.check) writeFileSync(PAGE, page)
else if (withoutNumbers(page) !== withoutNumbers(readFileSync(PAGE, 'utf8'))) {
  console.error('docs/compatibility.md has other rows or columns than this run: npm run judges writes it')
  process.exitCode = 1
}

/** Gives the version of each judge that is there, and says which are not. */
function installJudges(): ReadonlyMap<Judge, string> {
  const installed = new Map<Judge, string>()
  for (const each of [...Object.values<Judge>(JUDGES), HELM_LOADER]) {
    const missing = judgeMissing(each)
    if (missing) {
      console.log(`${each.title}: MISSING, because ${missing}`)
      continue
    }
    const start = Date.now()
    installJudge(each)
    const version = judgeVersion(each)
    installed.set(each, version)
    console.log(`${each.title}: ${version} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  }
  return installed
}

function judge(): readonly Cell[] {
  const report = runTests('judges', process.execPath, [VITEST, 'run', '--dir', 'test/judges'])
  return readCells(report)
}

function tryNode({ major, exclude }: (typeof NODES)[number]): Cell {
  const cell = { judge: `Node ${major}`, check: 'the tests of the library' }
  if (flags.tested !== undefined && process.version.startsWith(`v${major}.`)) {
    return { ...cell, ...readTotal(flags.tested) }
  }
  const patterns = [...SAME_ON_EVERY_NODE, ...(flags.long ? [] : exclude)]
  const node = ['exec', '--yes', `--package=node@${major}`, '--', 'node']
  const limits = ['--testTimeout=30000', '--maxWorkers=100%', ...patterns.map((pattern) => `--exclude=${pattern}`)]
  const report = runTests(`node-${major}`, 'npm', [...node, VITEST, 'run', '--dir', 'test', ...limits])
  return { ...cell, ...readTotal(report) }
}

/** Runs tests where they can be seen, and gives the path of their report. */
function runTests(name: string, command: string, args: readonly string[]): string {
  console.log(`\n--- ${name}`)
  const report = join(REPORTS, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { error } = spawnSync(command, [...args, ...reporters], { cwd: ROOT, stdio: 'inherit' })
  if (error) throw error
  return report
}
