/** What pushChart() does, from the public parts: `npx tsx examples/push-by-hand.ts mychart oci://localhost:5000/charts`. */
import {
  buildManifest,
  chartDestination,
  contentSource,
  copy,
  defaultCredentials,
  formatReference,
  layerizeChart,
  parseReference,
  readChart,
  Repository,
} from 'oras-helm'
import { runProgram } from './run-program.js'

const USAGE = `usage: push-by-hand.ts <chart> <reference>

Pushes a chart in the format of Helm, step by step.
The reference is that of a folder (oci://localhost:5000/charts) or of one place (localhost:5000/mychart:0.1.0).`

await runProgram(USAGE, async ({ args: [path = '', reference = ''], signal, onEvent }) => {
  // 1. A path becomes a chart, and its name and version complete the reference.
  const chart = await readChart(path, { signal })
  const destination = chartDestination(parseReference(reference), chart.metadata)

  // 2. The chart becomes contents, and they become a manifest, which is a content too.
  const { config, layers, annotations } = await layerizeChart(chart, { format: 'helm', signal })
  const manifest = buildManifest({ config, layers, annotations })

  // 3. A copy moves the graph to the registry: blobs first, then the manifest, with its tag.
  const source = contentSource([config, ...layers, manifest])
  const target = new Repository(destination, { access: 'push', credentials: defaultCredentials() })
  const tags = destination.tag === undefined ? [] : [destination.tag]
  const { status } = await copy(source, manifest.descriptor, target, { tags, signal, onEvent })

  console.log(`${status} ${formatReference(destination)}`)
  console.log(`digest ${manifest.descriptor.digest}`)
})
