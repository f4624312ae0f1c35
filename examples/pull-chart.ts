/** Pulls a chart and unpacks it: `npx tsx examples/pull-chart.ts oci://ghcr.io/acme/charts/mychart`. */
import { pullChart } from 'oras-helm'
import { runProgram } from './run-program.js'

const USAGE = `usage: pull-chart.ts <reference> [folder]

Pulls a chart into a folder, the current one if none is given. The chart becomes a folder with its own name there.
A reference without a tag means the newest stable version.`

await runProgram(USAGE, async ({ args: [from = '', destination = '.'], signal, onEvent }) => {
  const { reference, chart, digest, format, path } = await pullChart(from, {
    destination,
    untar: true,
    signal,
    onEvent,
  })
  console.log(`pulled ${chart.metadata.name} ${chart.metadata.version} (${format})`)
  console.log(`  from    ${reference}`)
  console.log(`  digest  ${digest}`)
  console.log(`  files   ${chart.files.length}, in ${path}`)
})
