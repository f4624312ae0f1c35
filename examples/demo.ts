/** Shows the two layers of a chart, and that the same content is never sent twice: `npm run demo`. */
import { join } from 'node:path'
import { type Chart, createChart, pushChart, readChart, readContent, Repository } from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'
import { runProgram } from './run-program.js'

const USAGE = `usage: npm run demo

Pushes examples/mychart to a registry in this process, and then the same content under another name and version.`

await runProgram(USAGE, async ({ signal }) => {
  const registry = await startRegistry()
  try {
    const chart = await readChart(join(import.meta.dirname, 'mychart'))
    await push(chart, `${registry.host}/mychart:latest`, signal)

    console.log('\nThe same content under another name and version: nothing but the manifest travels.\n')
    await push(await renameChart(chart, 'renamed', '9.9.9'), `${registry.host}/mychart:renamed`, signal)
  } finally {
    await registry.close()
  }
})

async function push(chart: Chart, reference: string, signal: AbortSignal): Promise<void> {
  const { status, manifest, uploaded, reused } = await pushChart(chart, reference, { format: 'split', signal })
  console.log(`${status} ${chart.metadata.name} ${chart.metadata.version} to ${reference}`)
  for (const { size, mediaType } of uploaded) console.log(`  uploaded  ${String(size).padStart(6)} bytes  ${mediaType}`)
  for (const { size, mediaType } of reused) console.log(`  reused    ${String(size).padStart(6)} bytes  ${mediaType}`)

  const bytes = await readContent(new Repository(reference).get(manifest))
  console.log(JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2))
}

async function renameChart({ files }: Chart, name: string, version: string): Promise<Chart> {
  const rename = (bytes: Uint8Array): Uint8Array => {
    const text = new TextDecoder().decode(bytes)
    const renamed = text.replace(/^name: .*$/m, `name: ${name}`).replace(/^version: .*$/m, `version: ${version}`)
    return new TextEncoder().encode(renamed)
  }
  return createChart(files.map(({ path, bytes }) => ({ path, bytes: path === 'Chart.yaml' ? rename(bytes) : bytes })))
}
