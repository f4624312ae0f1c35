/**
 * Tells what a chart is without pulling it: `npx tsx examples/inspect-chart.ts <reference> [file]`.
 * Without arguments it pushes examples/mychart to an embedded registry, and looks at it there.
 */
import { join } from 'node:path'
import { inspectChart, OciError, pushChart, readChartFile } from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const [reference, file] = process.argv.slice(2)
try {
  if (reference === undefined) await demo()
  else await inspect(reference, file)
} catch (error) {
  if (!(error instanceof OciError)) throw error
  console.error(`${error.code}: ${error.message}\n${error.hint}`)
  process.exitCode = 1
}

async function inspect(from: string, path: string | undefined): Promise<void> {
  const { metadata, digest, size, format, created, layers } = await inspectChart(from)
  console.log(`${metadata.name} ${metadata.version} (${format}), ${size} bytes, ${digest}`)
  if (metadata.description !== undefined) console.log(metadata.description)
  if (metadata.appVersion !== undefined) console.log(`appVersion ${metadata.appVersion}`)
  if (created !== undefined) console.log(`created ${created}`)
  for (const { name, version = '*' } of metadata.dependencies ?? []) console.log(`needs ${name} ${version}`)
  for (const layer of layers) console.log(`${String(layer.size).padStart(8)} bytes  ${layer.mediaType}`)
  if (path === undefined) return
  // Another two requests, however many files the chart has.
  const { bytes } = await readChartFile(from, path)
  console.log(`\n${new TextDecoder().decode(bytes)}`)
}

async function demo(): Promise<void> {
  const registry = await startRegistry()
  await pushChart(join(import.meta.dirname, 'mychart'), `oci://${registry.host}/charts`)
  await inspect(`oci://${registry.host}/charts/mychart`, 'values.yaml')
  await registry.close()
}
