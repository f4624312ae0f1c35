/**
 * What pushChart() does, from the public parts: `npx tsx examples/push-by-hand.ts <chart> <reference>`.
 * Without arguments it pushes examples/mychart to an embedded registry.
 */
import { join } from 'node:path'
import {
  buildManifest,
  chartDestination,
  copy,
  formatReference,
  contentSource,
  layerizeChart,
  parseReference,
  readChart,
  Repository,
} from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const registry = process.argv.length < 4 ? await startRegistry() : undefined
const path = process.argv[2] ?? join(import.meta.dirname, 'mychart')
const reference = process.argv[3] ?? `oci://${registry?.host}/charts`

// 1. A path becomes a chart, and the chart knows where it belongs.
const chart = await readChart(path)
const destination = chartDestination(parseReference(reference), chart.metadata)

// 2. The chart becomes contents, and they become a manifest, which is a content too.
const { config, layers, annotations } = await layerizeChart(chart, { format: 'helm' })
const manifest = buildManifest({ config, layers, annotations })

// 3. A copy moves the graph to the registry: blobs first, then the manifest, with its tag.
const source = contentSource([config, ...layers, manifest])
const target = new Repository(destination, { access: 'push' })
const { status } = await copy(source, manifest.descriptor, target, {
  tags: [destination.tag ?? chart.metadata.version],
})

console.log(`${status} ${formatReference(destination)}`)
console.log(`digest ${manifest.descriptor.digest}`)
await registry?.close()
