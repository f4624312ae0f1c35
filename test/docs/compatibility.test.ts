/** docs/maintainers/compatibility.md is written by `npm run interop`, and the gate sees what it lacks. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { comparePages, formatCompatibility, isRed } from '../interop/format-compatibility.js'
import { type Peer, PEERS } from '../interop/peers.js'
import { type Cell, readCells, readTotal } from '../interop/read-cells.js'
import { readPage } from './find-blocks.js'

const GREEN: readonly Cell[] = [
  { peer: 'Helm 3', check: 'the same bytes', passed: 9, failed: 0 },
  { peer: 'Helm 4', check: 'the same bytes', passed: 10, failed: 0 },
]
const versions = new Map(Object.values<Peer>(PEERS).map((peer) => [peer, 'v1.2.3']))
const page = (cells: readonly Cell[], charts = 9): string => formatCompatibility(cells, versions, charts)

it('has no red cell, and a column or row for every peer', () => {
  const { text } = readPage('docs/maintainers/compatibility.md')
  expect(text).not.toMatch(/✗|missing \|/)
  for (const { title } of Object.values<Peer>(PEERS)) expect(text).toContain(`| ${title} |`)
})

it('isRed() is true where a test failed or none ran', () => {
  expect(GREEN.filter(isRed)).toEqual([])
  expect(isRed({ peer: 'a', check: 'b', passed: 5, failed: 1 })).toBe(true)
  expect(isRed({ peer: 'a', check: 'b', passed: 0, failed: 0 })).toBe(true)
})

it('comparePages() takes other versions, and more tests', () => {
  expect(comparePages(page(GREEN), page(GREEN))).toEqual([])
  expect(comparePages(page(GREEN).replaceAll('v1.2.3', 'v1.2.4'), page(GREEN))).toEqual([])
  const more = GREEN.map((cell) => ({ ...cell, passed: cell.passed + 1 }))
  expect(comparePages(page(GREEN), page(more))).toEqual([])
})

it.each([
  ['fewer tests', GREEN.map((cell) => ({ ...cell, passed: cell.passed - 1 })), /fewer tests .* in 2 cells/],
  ['a cell that is missing', GREEN.slice(1), /other rows or columns/],
  ['a row that is missing', [], /other rows or columns/],
  ['a failure', GREEN.map((cell) => ({ ...cell, failed: 1 })), /other rows or columns/],
])('comparePages() sees %s', (_, cells, message) => {
  expect(comparePages(page(GREEN), page(cells))).toEqual([expect.stringMatching(message)])
})

it('comparePages() does not compare numbers of other charts', () => {
  expect(
    comparePages(
      page(GREEN),
      page(
        GREEN.map((cell) => ({ ...cell, passed: 1 })),
        0,
      ),
    ),
  ).toEqual([])
})

it('readCells() counts by peer and check, and a file that does not load is a failure', async () => {
  const report = await writeReport([
    { status: 'passed', tests: ['passed', 'passed', 'skipped'] },
    { status: 'failed', tests: ['passed', 'failed'] },
    { status: 'failed', tests: [] },
  ])
  expect(readCells(report)).toEqual([
    { peer: 'peer 0', check: 'check', passed: 2, failed: 0 },
    { peer: 'peer 1', check: 'check', passed: 1, failed: 1 },
    { peer: 'this run', check: '2.test.ts', passed: 0, failed: 1 },
  ])
})

it('readTotal() takes a run without a report for a failure', () => {
  expect(readTotal('/nothing/here.json')).toEqual({ passed: 0, failed: 1 })
})

async function writeReport(
  files: readonly { readonly status: string; readonly tests: readonly string[] }[],
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-report-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const testResults = files.map(({ status, tests }, index) => ({
    name: `/somewhere/${index}.test.ts`,
    status,
    message: '',
    assertionResults: tests.map((each) => ({ status: each, ancestorTitles: [`peer ${index}`, 'check'] })),
  }))
  const path = join(folder, 'report.json')
  await writeFile(path, JSON.stringify({ testResults }))
  return path
}
