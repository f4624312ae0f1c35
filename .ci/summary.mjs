// Reads the reports of the test runs. `distribution <reports…>` fails unless every case that passed on the embedded
// registry passed on Distribution too, and every other test with a real registry or proxy passed; `judges <report>` fails
// if a judge was skipped; `total <passed steps> <failed steps> <reports…>` prints the slowest tests, all failures, and the
// last line of the gate. A report that is no JSON is text whose last line is `N passed, N failed`.
import { existsSync, readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'

const [command, ...rest] = process.argv.slice(2)
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
/** What a program says in its last line; one that says something else has failed as a step. */
const readText = (path) => {
  const text = readFileSync(path, 'utf8')
  const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed$/.exec(text.trimEnd().split('\n').at(-1)) ?? []
  return {
    numPassedTests: Number(passed),
    numFailedTests: Number(failed),
    numPendingTests: 0,
    numTodoTests: 0,
    testResults: [],
  }
}
const slowestIn = (reports, count) =>
  reports
    .flatMap(({ testResults }) => testResults)
    .flatMap(({ name, assertionResults }) => assertionResults.map((each) => ({ name, ...each })))
    .toSorted((a, b) => (b.duration ?? 0) - (a.duration ?? 0))
    .slice(0, count)
    .map(({ name, fullName, duration = 0 }) => {
      return `${(duration / 1000).toFixed(1).padStart(6)}  ${relative(process.cwd(), name)}: ${fullName}`.slice(0, 200)
    })
/** The titles of the passed tests, by the title of the block that they stand in. */
const passedIn = (report) => {
  const blocks = new Map()
  for (const { assertionResults } of report.testResults) {
    for (const { status, ancestorTitles, title } of assertionResults) {
      if (status !== 'passed') continue
      const block = ancestorTitles[0]
      blocks.set(block, (blocks.get(block) ?? new Set()).add(title))
    }
  }
  return blocks
}
/** What failed, and why, so that nobody has to look for it in the output of an hour. */
const failuresIn = ({ testResults }) =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((each) => each.status === 'failed')
    // A file that does not load has no results.
    if (failed.length === 0) return status === 'failed' ? [`FAILED ${name}\n${message}`] : []
    return failed.map((each) => `FAILED ${name}: ${each.fullName}\n${each.failureMessages.join('\n')}`.slice(0, 3000))
  })

if (command === 'distribution') {
  const report = { testResults: rest.flatMap((path) => read(path).testResults) }
  const missing = []
  let total = 0
  const blocks = passedIn(report)
  for (const call of ['pushChart', 'pullChart']) {
    for (const login of ['anonymous', 'with a password']) {
      const cases = blocks.get(`${call}() on the embedded registry, ${login}`) ?? new Set()
      const passed = blocks.get(`on the Distribution registry, ${login}`) ?? new Set()
      for (const title of cases) if (!passed.has(`${call}(): ${title}`)) missing.push(`${login}: ${title}`)
      if (cases.size === 0) missing.push(`${call}, ${login}: there are no cases`)
      total += cases.size
      console.log(`${call} on the embedded registry, ${login}: ${cases.size} passed`)
    }
  }
  // With TLS, with tokens, through squid: a test is skipped where its program is missing, and here none may be.
  for (const { name, assertionResults } of report.testResults) {
    if (!name.includes('/test/distribution/')) continue
    for (const { status, fullName } of assertionResults) if (status !== 'passed') missing.push(`${status}: ${fullName}`)
    console.log(`${basename(name)}: ${assertionResults.length} tests`)
  }
  for (const each of missing) console.log(`not on Distribution: ${each}`)
  console.log(`distribution: ${total} passed`)
  process.exitCode = missing.length === 0 ? 0 : 1
} else if (command === 'judges') {
  const { numPassedTests, numTotalTests } = read(rest[0])
  console.log(`judges: ${numPassedTests} of ${numTotalTests} passed`)
  process.exitCode = numPassedTests > 0 && numPassedTests === numTotalTests ? 0 : 1
} else {
  const [passedSteps, failedSteps, ...paths] = rest
  // A run that broke before its report is a failed step; the last line is printed all the same.
  const reports = paths.filter(existsSync).map((path) => (path.endsWith('.json') ? read(path) : readText(path)))
  console.log('\nThe slowest tests, in seconds:')
  for (const line of slowestIn(reports, 20)) console.log(line)
  const skipped = reports.reduce((sum, { numPendingTests, numTodoTests }) => sum + numPendingTests + numTodoTests, 0)
  if (skipped > 0) console.log(`${skipped} skipped`)
  for (const failure of reports.flatMap(failuresIn)) console.log(failure)
  const passed = reports.reduce((sum, { numPassedTests }) => sum + numPassedTests, Number(passedSteps))
  const failed = reports.reduce((sum, { numFailedTests }) => sum + numFailedTests, Number(failedSteps))
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}
