/**
 * Lets others judge, and writes down what they say: `npm run interop` installs the judges, runs the tests that ask them,
 * and writes docs/maintainers/compatibility.md.
 *
 * `--long` asks more random questions; `--check` writes nothing, but fails when the page has other rows or columns than
 * this run, or more tests. `CHARTS` names a folder of more charts.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listChartFolders } from '../support/list-chart-folders.js'
import { comparePages, formatCompatibility, isRed } from './format-compatibility.js'
import { HELM_LOADER, installJudge, type Judge, JUDGES, judgeMissing, judgeVersion } from './judges.js'
import { type Cell, readCells } from './read-cells.js'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/maintainers/compatibility.md')
const REPORTS = join(ROOT, 'node_modules/.cache/judges')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

const { values: flags } = parseArgs({
  options: { long: { type: 'boolean' }, check: { type: 'boolean' } },
})
if (flags.long) process.env['JUDGES_LONG'] = '1'

rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })

const charts = process.env['CHARTS'] ? await listChartFolders(process.env['CHARTS']) : []
const versions = installJudges()
const cells = judge()
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
  const report = join(REPORTS, 'judges.json')
  const args = [VITEST, 'run', 'interop/', `--outputFile.json=${report}`]
  const { error, status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  if (error) throw error
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
