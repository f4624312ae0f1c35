/**
 * Compares the library with programs of other projects: `npm run interop` installs these peers, runs the tests that ask
 * them, and writes docs/maintainers/compatibility.md.
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
import { HELM_LOADER, installPeer, type Peer, PEERS, peerMissing, peerVersion } from './peers.js'
import { type Cell, readCells } from './read-cells.js'

const ROOT = join(import.meta.dirname, '../..')
const PAGE = join(ROOT, 'docs/maintainers/compatibility.md')
const REPORTS = join(ROOT, 'node_modules/.cache/interop')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

const { values: flags } = parseArgs({
  options: { long: { type: 'boolean' }, check: { type: 'boolean' } },
})
if (flags.long) process.env['INTEROP_LONG'] = '1'

rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })

const charts = process.env['CHARTS'] ? await listChartFolders(process.env['CHARTS']) : []
const versions = installPeers()
const cells = runTests()
const page = formatCompatibility(cells, versions, charts.length)
console.log(page)
const problems = cells.filter(isRed).map(({ peer, check }) => `red: ${peer}, ${check}`)
if (Object.values<Peer>(PEERS).some((each) => !versions.has(each))) {
  console.warn('The page is left as it is, because peers are missing.')
} else if (!flags.check) writeFileSync(PAGE, page)
else problems.push(...comparePages(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '', page))
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1

/** Installs the peers; returns the version of each that is there, and prints which are missing. */
function installPeers(): ReadonlyMap<Peer, string> {
  const installed = new Map<Peer, string>()
  for (const each of [...Object.values<Peer>(PEERS), HELM_LOADER]) {
    const missing = peerMissing(each)
    if (missing) {
      console.log(`${each.title}: MISSING, because ${missing}`)
      continue
    }
    const start = Date.now()
    installPeer(each)
    const version = peerVersion(each)
    installed.set(each, version)
    console.log(`${each.title}: ${version} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  }
  return installed
}

function runTests(): readonly Cell[] {
  const report = join(REPORTS, 'interop.json')
  const args = [VITEST, 'run', 'interop/', `--outputFile.json=${report}`]
  const { error, status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' })
  if (error) throw error
  const found = readCells(report).filter((cell) => !isMissing(cell))
  // A worker that died, or an uncaught error, fails the run without a failed test.
  return status === 0 || found.some(isRed)
    ? found
    : [...found, { peer: 'this run', check: 'Vitest', passed: 0, failed: 1 }]
}

/** Tells whether all tests were skipped because this machine does not have the peer. */
function isMissing({ peer: title, passed, failed }: Cell): boolean {
  return passed + failed === 0 && Object.values<Peer>(PEERS).some((each) => each.title === title && !versions.has(each))
}
