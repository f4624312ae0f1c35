/** Pushes a chart, and says what was sent: `npx tsx examples/push-chart.ts mychart oci://ghcr.io/acme/charts`. */
import { type Descriptor, pushChart } from 'oras-helm'
import { runProgram } from './run-program.js'

const USAGE = `usage: push-chart.ts <chart> <reference>

Pushes a chart: a folder, or a .tgz that "helm package" made.

  oci://ghcr.io/acme/charts    for Helm, at ghcr.io/acme/charts/<name>:<version>
  localhost:5000/mychart:v1    two layers that Helm does not read, exactly there`

await runProgram(USAGE, async ({ args: [path = '', reference = ''], signal, onEvent }) => {
  const { status, chart, format, uploaded, reused, ...pushed } = await pushChart(path, reference, { signal, onEvent })
  console.log(`${status} ${chart.name} ${chart.version} to ${pushed.reference} (${format})`)
  for (const each of uploaded) console.log(`  uploaded  ${describe(each)}`)
  for (const each of reused) console.log(`  reused    ${describe(each)}`)
})

function describe({ digest, size, mediaType }: Descriptor): string {
  return `${digest.slice(0, 19)}  ${String(size).padStart(6)} bytes  ${mediaType}`
}
