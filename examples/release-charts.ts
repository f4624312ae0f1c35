/** Releases a folder of charts: `npx tsx examples/release-charts.ts charts oci://ghcr.io/acme/charts`. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type CredentialProvider, defaultCredentials, parseReference, pushChart, type PushChartResult } from 'oras-helm'
import { Failure, runProgram, UsageError } from './run-program.js'

const USAGE = `usage: release-charts.ts <folder> <reference> [--json]

Pushes all charts of a folder (folders with a Chart.yaml, and .tgz files) to a reference such as oci://ghcr.io/acme/charts,
each to <reference>/<name>:<version>. A version that the registry has already stays as it is. If a chart fails, the others
are released all the same, and the exit code is 1.

  --json    print the results as JSON, when all is done

It logs in with REGISTRY_USERNAME and REGISTRY_PASSWORD, or else as docker, podman or helm did.`

/** A chart that is in the registry now, or was before. */
interface Released extends PushChartResult {
  readonly path: string
}

/** A chart that is not there. */
interface Failed {
  readonly path: string
  readonly status: 'failed'
  readonly code: string
  readonly message: string
  readonly hint: string
}

await runProgram(USAGE, async ({ args: [folder = '', reference = ''], flags, signal, onEvent, showStatus }) => {
  const { scheme, tag, digest } = parseReference(reference)
  if (scheme !== 'oci' || tag !== undefined || digest !== undefined) {
    throw new UsageError(`<reference> must begin with oci:// and have no tag: ${reference}`)
  }
  const credentials = readCredentials()
  const paths = await listCharts(folder)
  const results: (Released | Failed)[] = []
  try {
    // One after the other: of two charts with the same name and version, always the first one is released.
    for (const path of paths) {
      const result = await release(path, `[${results.length + 1}/${paths.length}] ${path}`)
      results.push(result)
      showStatus()
      if (result.status === 'failed') {
        console.error(`failed     ${path}\n${result.code}: ${result.message}\n${result.hint}`)
      } else if (!flags.has('json')) {
        console.log(describe(result))
      }
    }
  } finally {
    if (flags.has('json')) console.log(JSON.stringify(results, null, 2))
  }
  if (results.some(({ status }) => status === 'failed')) process.exitCode = 1

  async function release(path: string, title: string): Promise<Released | Failed> {
    showStatus(title)
    try {
      const result = await pushChart(path, reference, {
        ifExists: 'skip',
        credentials,
        signal,
        onEvent: (event) => {
          if (event.type === 'progress') showStatus(`${title}  ${event.transferred} of ${event.size} bytes`)
          else onEvent(event)
        },
      })
      return { path, ...result }
    } catch (error) {
      const failure = Failure.of(error)
      if (signal.aborted || !failure) throw error
      const { code, message, hint } = failure
      return { path, status: 'failed', code, message, hint }
    }
  }
})

function describe({ status, reference }: PushChartResult): string {
  const note =
    status === 'skipped' ? ' (this version is there with other content: raise the version to release it)' : ''
  return `${status.padEnd(9)}  ${reference}${note}`
}

function readCredentials(): CredentialProvider {
  const { REGISTRY_USERNAME: username = '', REGISTRY_PASSWORD: password = '' } = process.env
  if (username === '' && password === '') return defaultCredentials()
  if (username !== '' && password !== '') return { username, password }
  throw new UsageError('REGISTRY_USERNAME and REGISTRY_PASSWORD must both be set, or neither')
}

async function listCharts(folder: string): Promise<readonly string[]> {
  const paths = (await readdir(folder)).toSorted().map((name) => join(folder, name))
  const charts = paths.filter((path) => path.endsWith('.tgz') || existsSync(join(path, 'Chart.yaml')))
  if (charts.length > 0) return charts
  throw new Failure('ERR_NOT_FOUND', `there is no chart in ${folder}`, 'Give the folder that holds the charts.')
}
