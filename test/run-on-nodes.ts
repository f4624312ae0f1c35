/**
 * Runs the tests on the other versions of Node that are supported: `npm run test:nodes`, or `npm run test:nodes -- 22`.
 * Left out is what no version of Node can change: see {@link SAME}.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readTotal } from './interop/read-cells.js'
import { NODES } from './support/nodes.js'

const ROOT = join(import.meta.dirname, '..')
const REPORTS = join(ROOT, 'node_modules/.cache/nodes')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

/**
 * Texts and sources, programs of others, and what makes a value of a value by the language alone: random input for that
 * takes long, and the fixed cases beside it run.
 */
const SAME = [
  '**/{docs,interop,distribution,properties}/**',
  '**/{architecture,hints,public-api,repeatability}.test.ts',
]

const asked = process.argv.slice(2)
const majors = asked.length > 0 ? asked : NODES.filter((major) => !process.version.startsWith(`v${major}.`))
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
  const excluded = SAME.map((pattern) => `--exclude=${pattern}`)
  const vitest = [VITEST, 'run', ...excluded, `--outputFile.json=${report}`]
  const { status } = spawnSync('npm', [...node, ...vitest], { cwd: ROOT, stdio: 'inherit' })
  const { passed, failed } = readTotal(report)
  console.log(`Node ${found}: ${passed} passed, ${failed} failed`)
  return status === 0 && failed === 0 && passed > 0
}
