// Reads the reports of the test runs.
// `distribution <reports…>` fails unless every case that passed on the embedded registry passed on Distribution too, and
// every other test with a real registry or proxy passed.
// `peers <report>` fails if a test with a peer was skipped.
// `total <passed steps> <failed steps> <reports…>` prints the slowest tests, all failures, how many tests were skipped, and
// the last line of the gate. A report that is not JSON is text that ends with `N skipped` (if any were) and
// `N passed, N failed`.
import { existsSync, readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'

const [command, ...rest] = process.argv.slice(2)
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
/** What a program says in its last lines; one that says something else has failed as a step. */
const readText = (path) => {
  const text = readFileSync(path, 'utf8')
  const [, skipped = 0, passed = 0, failed = 0] =
    /(?:^|\n)(?:(\d+) skipped\n)?(\d+) passed, (\d+) failed$/.exec(text.trimEnd()) ?? []
  return {
    numPassedTests: Number(passed),
    numFailedTests: Number(failed),
    numPendingTests: Number(skipped),
    numTodoTests: 0,
    testResults: [],
  }
}
/** The slowest tests of all reports, each with the run that it was slow in: the same test runs on several Nodes. */
const slowestIn = (reports, count) =>
  reports
    .flatMap(({ run, testResults }) => testResults.map((file) => ({ run, ...file })))
    .flatMap(({ run, name, assertionResults }) => assertionResults.map((each) => ({ run, name, ...each })))
    .toSorted((a, b) => (b.duration ?? 0) - (a.duration ?? 0))
    .slice(0, count)
    .map(({ run, name, fullName, duration = 0 }) => {
      const seconds = (duration / 1000).toFixed(1).padStart(6)
      return `${seconds}  ${run.padEnd(9)}  ${relative(process.cwd(), name)}: ${fullName}`.slice(0, 200)
    })
/** What a report is called, for people: which script, or which Node. */
const RUNS = { 'test-results': 'test', 'test-results-long': 'test:long' }
const runOf = (path) => {
  const name = basename(path).replace(/\.\w+$/, '')
  return RUNS[name] ?? name
}
/** Debian has no client of Docker without its daemon, so that these may be skipped, and nothing else may. */
const needsDocker = (path, { ancestorTitles }) =>
  path.endsWith('/test/distribution/real-tools.test.ts') && ancestorTitles[0] === 'Docker'
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
/** What failed, and why: the output of an hour need not be searched for it. */
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
  // With TLS, with tokens, through squid: a test is skipped where its program is missing, and here none may be but these.
  for (const { name, assertionResults } of report.testResults) {
    if (!name.includes('/test/distribution/')) continue
    let passed = 0
    for (const each of assertionResults) {
      const { status, fullName } = each
      if (status === 'passed') passed++
      else if (status !== 'failed' && needsDocker(name, each))
        console.log(`skipped, as there is no docker: ${fullName}`)
      else missing.push(`${status}: ${fullName}`)
    }
    console.log(`${basename(name)}: ${passed} of ${assertionResults.length} tests passed`)
  }
  for (const each of missing) console.log(`not on Distribution: ${each}`)
  console.log(`distribution: ${total} passed`)
  process.exitCode = missing.length === 0 ? 0 : 1
} else if (command === 'peers') {
  const { numPassedTests, numTotalTests } = read(rest[0])
  console.log(`peers: ${numPassedTests} of ${numTotalTests} passed`)
  process.exitCode = numPassedTests > 0 && numPassedTests === numTotalTests ? 0 : 1
} else {
  const [passedSteps, failedSteps, ...paths] = rest
  // A run that broke before its report is a failed step; the last line is printed all the same.
  const reports = paths.filter(existsSync).map((path) => {
    return { run: runOf(path), ...(path.endsWith('.json') ? read(path) : readText(path)) }
  })
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
