/**
 * Uses the package as its users do: `npm run test:consumers` packs it, installs it in a project of its own, and tries
 * versions of TypeScript, bundlers, test runners and runtimes on it, two at a time. A line for each, and a last one:
 * `N passed, N failed`. Words given as arguments choose the cells whose titles have them all.
 *
 * The tools are in the package.json next to this file, and are installed once, in a cache outside of the repository
 * (`ORAS_HELM_CACHE`, or `~/.cache/oras-helm`).
 */
import { bundlerCells } from './bundler-cells.js'
import { type Cell, Missing } from './cell.js'
import { createConsumer } from './consumer.js'
import { runtimeCells } from './runtime-cells.js'
import { testRunnerCells } from './test-runner-cells.js'
import { typescriptCells } from './typescript-cells.js'

const words = process.argv.slice(2)
const consumer = createConsumer()
const count = { passed: 0, failed: 0, skipped: 0 }
try {
  const cells = [typescriptCells, bundlerCells, testRunnerCells, runtimeCells]
    .flatMap((make) => make(consumer))
    .filter(({ title }) => words.every((word) => title.includes(word)))
    .values()
  await Promise.all([work(cells), work(cells)])
} finally {
  consumer.remove()
}
if (count.skipped > 0) console.log(`${count.skipped} skipped`)
console.log(`${count.passed} passed, ${count.failed} failed`)
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1

/** Takes cells from a list that another worker takes from, too. */
async function work(cells: Iterable<Cell>): Promise<void> {
  for (const cell of cells) await tryCell(cell)
}

async function tryCell({ title, run }: Cell): Promise<void> {
  const start = Date.now()
  try {
    await run()
    count.passed++
    console.log(`passed   ${title} (${((Date.now() - start) / 1000).toFixed(1)} s)`)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof Missing) count.skipped++
    else count.failed++
    console.log(error instanceof Missing ? `skipped  ${title}: ${message}` : `FAILED   ${title}\n${message}`)
  }
}
