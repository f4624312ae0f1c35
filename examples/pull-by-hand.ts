/** What pullChart() does, from the public parts: `npx tsx examples/pull-by-hand.ts localhost:5000/charts/mychart:0.1.0`. */
import { join } from 'node:path'
import {
  assembleChart,
  defaultCredentials,
  formatReference,
  packChart,
  parseManifest,
  parseReference,
  readContent,
  Repository,
  writeContent,
} from 'oras-helm'
import { Failure, runProgram } from './run-program.js'

const USAGE = `usage: pull-by-hand.ts <reference> [folder]

Pulls a chart step by step, and writes its .tgz to a folder, the current one if none is given.
A reference without a tag means the tag "latest" here; pull-chart.ts looks for the newest version.`

await runProgram(USAGE, async ({ args: [reference = '', folder = '.'], signal }) => {
  // 1. A reference becomes a manifest, by one request.
  const { tag = 'latest', digest, ...place } = parseReference(reference)
  const wanted = digest ?? tag
  const source = new Repository(place, { credentials: defaultCredentials() })
  const content = await source.fetchManifest(wanted, { signal })
  if (!content) {
    const message = `there is no ${wanted} in ${formatReference(place)}`
    throw new Failure('ERR_NOT_FOUND', message, 'Check the name and the tag, or log in.')
  }
  const manifest = parseManifest(await readContent(content, { signal }), content.descriptor.mediaType)

  // 2. The descriptors in it become contents; nothing is sent before they are opened.
  const { config, layers } = manifest
  const contents = [...(config ? [config] : []), ...layers].map((descriptor) => source.get(descriptor))

  // 3. The contents become a chart: those that it needs are opened, and every byte is checked.
  const chart = await assembleChart(manifest, contents, { source: reference, signal })
  const archive = await packChart(chart, { signal })
  const path = join(folder, `${chart.metadata.name}-${chart.metadata.version}.tgz`)
  await writeContent(archive, path, { signal })

  console.log(`${chart.metadata.name} ${chart.metadata.version}, ${chart.files.length} files, in ${path}`)
  console.log(`manifest ${content.descriptor.digest}`)
  console.log(`archive ${archive.descriptor.digest}`)
})
