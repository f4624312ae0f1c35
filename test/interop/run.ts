/**
 * Lets others judge, and writes down what they say: `npm run interop` installs the judges, runs the tests that ask them,
 * runs the suite on every supported version of Node, and writes docs/compatibility.md.
 *
 * `--long` asks more random questions and runs every test on every Node; `--check` writes nothing, but fails when the
 * page has other rows or columns than this run, or more tests; `--tested <report>` takes what `npm test` has just reported of this Node,
 * and does not run it again. `CHARTS` names a folder of more charts.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listChartFolders } from '../support/list-chart-folders.js'
import { comparePages, formatCompatibility, isRed } from './format-compatibility.js'
import { HELM_LOADER, installJudge, type Judge, JUDGES, judgeMissing, judgeVersion } from './judges.js'
import { type Cell, readCells, readTotal } from './read-cells.js'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/compatibility.md')
const REPORTS = join(ROOT, 'node_modules/.cache/judges')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

// Pages, examples, judges and Distribution are the same to every Node: they are tested on one. What takes long, random
// input and hostile registries, is tested on the oldest and on the newest.
const SAME_ON_EVERY_NODE = ['**/{interop,docs,distribution}/**']
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

const charts = process.env['CHARTS'] ? await listChartFolders(process.env['CHARTS']) : []
const versions = installJudges()
const cells = [...judge(), ...NODES.map(tryNode)]
const page = formatCompatibility(cells, versions, charts.length)
console.log(page)
const problems = cells.filter(isRed).map(({ judge, check }) => `red: ${judge}, ${check}`)
if (Object.values<Judge>(JUDGES).some((each) => !versions.has(each))) {
  console.warn('The page is left as it is, because judges are missing.')
} else if (!flags.check) writeFileSync(PAGE, page)
else problems.push(...comparePages(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', page))
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

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
  const { report, status } = runTests('judges', process.execPath, [VITEST, 'run', '--dir', 'test/interop'])
  const found = readCells(report).filter((cell) => !isMissing(cell))
  // A worker that dies, or an error that nobody caught, is no test that failed.
  return status === 0 || found.some(isRed)
    ? found
    : [...found, { judge: 'this run', check: 'Vitest', passed: 0, failed: 1 }]
}

/** Tells whether all tests were skipped, because this machine does not have the judge. */
function isMissing({ judge: title, passed, failed }: Cell): boolean {
  return (
    passed + failed === 0 && Object.values<Judge>(JUDGES).some((each) => each.title === title && !versions.has(each))
  )
}

function tryNode({ major, exclude }: (typeof NODES)[number]): Cell {
  const check = 'the tests of the library'
  if (flags.tested !== undefined && process.version.startsWith(`v${major}.`)) {
    return { judge: `Node ${process.version.slice(1)}`, check, ...readTotal(flags.tested) }
  }
  const node = ['exec', '--yes', `--package=node@${major}`, '--', 'node']
  const version = spawnSync('npm', [...node, '-p', 'process.versions.node'], { cwd: ROOT, encoding: 'utf8' })
  const judge = `Node ${version.stdout.trim() || major}`
  if (!judge.startsWith(`Node ${major}.`)) return { judge, check, passed: 0, failed: 1 }
  const patterns = [...SAME_ON_EVERY_NODE, ...(flags.long ? [] : exclude)]
  const limits = ['--testTimeout=30000', '--maxWorkers=100%', ...patterns.map((pattern) => `--exclude=${pattern}`)]
  const { report, status } = runTests(`node-${major}`, 'npm', [...node, VITEST, 'run', '--dir', 'test', ...limits])
  const total = readTotal(report)
  return { judge, check, ...total, failed: total.failed + Number(status !== 0 && total.failed === 0) }
}

/** Runs tests where they can be seen, and gives the path of their report. */
function runTests(
  name: string,
  command: string,
  args: readonly string[],
): { readonly report: string; readonly status: number | null } {
  console.log(`\n--- ${name}`)
  const report = join(REPORTS, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { error, status } = spawnSync(command, [...args, ...reporters], { cwd: ROOT, stdio: 'inherit' })
  if (error) throw error
  return { report, status }
}
