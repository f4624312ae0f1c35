/** Counts the tests in a report of Vitest by peer and check. */
import { existsSync, readFileSync } from 'node:fs'

/** How many tests of one check passed with a peer. */
export interface Cell {
  readonly peer: string
  readonly check: string
  readonly passed: number
  readonly failed: number
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly ancestorTitles: readonly string[] }[]
  }[]
}

/** Reads the tests whose outer blocks are a peer and a check; a file that does not load is a failed check. */
export function readCells(path: string): readonly Cell[] {
  const cells = new Map<string, Cell>()
  for (const { name, status: fileStatus, assertionResults } of read(path).testResults) {
    const outcomes = assertionResults.map(({ status, ancestorTitles: [peer = '', check = ''] }) => ({
      peer,
      check,
      status,
    }))
    const broken = fileStatus === 'failed' && !outcomes.some(({ status }) => status === 'failed')
    if (broken) outcomes.push({ peer: 'this run', check: name.slice(name.lastIndexOf('/') + 1), status: 'failed' })
    for (const { peer, check, status } of outcomes) {
      const key = JSON.stringify([peer, check])
      const { passed, failed } = cells.get(key) ?? { passed: 0, failed: 0 }
      cells.set(key, {
        peer,
        check,
        passed: passed + Number(status === 'passed'),
        failed: failed + Number(status === 'failed'),
      })
    }
  }
  return [...cells.values()]
}

/** Counts all tests of a run; one that broke before its report has failed. */
export function readTotal(path: string): Pick<Cell, 'passed' | 'failed'> {
  if (!existsSync(path)) return { passed: 0, failed: 1 }
  const { numPassedTests, numFailedTests, testResults } = read(path)
  const broken = testResults.some(({ status }) => status === 'failed') && numFailedTests === 0
  return { passed: numPassedTests, failed: numFailedTests + Number(broken) }
}

/** The paths of the files whose tests ran; none if the run broke before its report. */
export function readFileNames(path: string): readonly string[] {
  return existsSync(path) ? read(path).testResults.map(({ name }) => name) : []
}

function read(path: string): Report {
  return JSON.parse(readFileSync(path, 'utf8')) as Report
}
