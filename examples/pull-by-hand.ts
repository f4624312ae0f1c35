/**
 * What pullChart() does, from the public parts: `npx tsx examples/pull-by-hand.ts <reference with a tag>`.
 * Without arguments it pushes examples/mychart to an embedded registry, and pulls it from there.
 */
import { join } from 'node:path'
import { assembleChart, packChart, parseManifest, parseReference, pushChart, readContent, Repository } from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const registry = process.argv.length < 3 ? await startRegistry() : undefined
const reference =
  process.argv[2] ?? (await pushChart(join(import.meta.dirname, 'mychart'), `${registry?.host}/mychart`)).reference

// 1. A reference becomes a manifest, by one request.
const { tag = 'latest', ...place } = parseReference(reference)
const source = new Repository(place)
const content = await source.fetchManifest(tag)
if (!content) throw new Error(`there is no ${reference}`)
const manifest = parseManifest(await readContent(content), content.descriptor.mediaType)

// 2. What it names becomes contents; nothing is sent before they are opened.
const { config, layers } = manifest
const contents = [...(config ? [config] : []), ...layers].map((descriptor) => source.get(descriptor))

// 3. The contents become a chart. It opens those that it needs, and checks every byte.
const chart = await assembleChart(manifest, contents, { source: reference })
const archive = await packChart(chart)

console.log(`${chart.metadata.name} ${chart.metadata.version}, ${chart.files.length} files`)
console.log(`manifest ${content.descriptor.digest}`)
console.log(`archive ${archive.descriptor.digest}`)
await registry?.close()
