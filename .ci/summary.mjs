// Reads the reports of the test runs. `distribution <report>` fails unless every push case that passed on the embedded
// registry passed on Distribution too; `total <passed> <failed> <reports…>` prints the last line of the gate.
import { existsSync, readFileSync } from 'node:fs'

const [command, ...rest] = process.argv.slice(2)
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const casesOf = (report, file, state) =>
  report.testResults
    .filter(({ name }) => name.endsWith(file))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === state)

if (command === 'distribution') {
  const report = read(rest[0])
  const embedded = casesOf(report, 'test/push-chart.test.ts', 'passed').length
  const real = casesOf(report, 'test/distribution/push-chart.test.ts', 'passed').length
  console.log(`embedded: ${embedded} passed`)
  console.log(`distribution: ${real} passed`)
  process.exitCode = embedded > 0 && real >= embedded ? 0 : 1
} else {
  const [passedSteps, failedSteps, ...paths] = rest
  // A run that broke before its report is a failed step; the last line is printed all the same.
  const reports = paths.filter(existsSync).map(read)
  const skipped = reports.reduce((sum, { numPendingTests, numTodoTests }) => sum + numPendingTests + numTodoTests, 0)
  if (skipped > 0) console.log(`${skipped} skipped`)
  const passed = reports.reduce((sum, { numPassedTests }) => sum + numPassedTests, Number(passedSteps))
  const failed = reports.reduce((sum, { numFailedTests }) => sum + numFailedTests, Number(failedSteps))
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}
