/**
 * Runs the tests on the other supported versions of Node: `npm run test:nodes`, or `npm run test:nodes -- 22`.
 * Tests whose result does not depend on the version of Node are left out: see {@link SAME}.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readFileNames, readTotal } from './interop/read-cells.js'
import { NODES } from './support/nodes.js'

const ROOT = join(import.meta.dirname, '..')
const REPORTS = join(ROOT, 'node_modules/.cache/nodes')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

/**
 * Tests of texts and sources, programs of others, and pure functions with random input, which take long; the fixed cases
 * of those functions do run.
 */
const SAME = {
  /** In `test`. */
  folders: ['docs', 'interop', 'distribution', 'properties'],
  files: [
    'architecture.test.ts',
    'hints.test.ts',
    'public-api.test.ts',
    'repeatability.test.ts',
    // They run all rows of their tables; `npm test` runs the rows that show the most.
    'helm/kills.long.test.ts',
    'helm/secrets-table.long.test.ts',
    'helm/folder/swapped-by-a-program.long.test.ts',
    'helm/folder/swapped-while-read.long.test.ts',
    'helm/folder/swapped-while-unpacked.long.test.ts',
  ],
}
const paths = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.test.ts'))
const isSame = (path: string): boolean =>
  SAME.files.includes(path) || SAME.folders.some((folder) => path.startsWith(`${folder}/`))

const asked = process.argv.slice(2)
const majors = asked.length > 0 ? asked : NODES.filter((major) => !process.version.startsWith(`v${major}.`))
for (const each of [...SAME.folders, ...SAME.files]) {
  if (paths.some((path) => path === each || path.startsWith(`${each}/`))) continue
  throw new Error(`test/${each} is left out, but there are no such tests: has it another name now?`)
}
rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
const red = majors.filter((major) => !isGreen(major))
if (red.length > 0) {
  console.error(`red on Node ${red.join(', ')}`)
  process.exitCode = 1
}

function isGreen(major: string): boolean {
  const node = ['exec', '--yes', `--package=node@${major}`, '--', 'node']
  const version = spawnSync('npm', [...node, '-p', 'process.versions.node'], { cwd: ROOT, encoding: 'utf8' })
  const found = version.stdout.trim()
  console.log(`\n--- Node ${found || major}`)
  if (!found.startsWith(`${major}.`)) {
    console.error(version.stderr)
    return false
  }
  const report = join(REPORTS, `node-${major}.json`)
  const excluded = [
    ...SAME.folders.map((folder) => `--exclude=${folder}/**`),
    ...SAME.files.map((file) => `--exclude=${file}`),
  ]
  const vitest = [VITEST, 'run', ...excluded, `--outputFile.json=${report}`]
  const { status } = spawnSync('npm', [...node, ...vitest], { cwd: ROOT, stdio: 'inherit' })
  const { passed, failed } = readTotal(report)
  const ran = new Set(readFileNames(report).map((path) => relative(import.meta.dirname, path).replaceAll('\\', '/')))
  const wrong = paths.filter((path) => ran.has(path) === isSame(path))
  for (const path of wrong) console.error(`test/${path} ${isSame(path) ? 'ran, but is left out' : 'did not run'}`)
  console.log(`Node ${found}: ${passed} passed, ${failed} failed`)
  return status === 0 && failed === 0 && passed > 0 && wrong.length === 0
}
