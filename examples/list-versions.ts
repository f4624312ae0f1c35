/**
 * Lists the versions of a chart, newest first: `npx tsx examples/list-versions.ts <reference> [range]`.
 * Without arguments it pushes some versions of examples/mychart to an embedded registry.
 */
import { join } from 'node:path'
import { listChartVersions, OciError, pushChart } from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const [reference, range] = process.argv.slice(2)
try {
  if (reference === undefined) await demo()
  else await list(reference, range)
} catch (error) {
  if (!(error instanceof OciError)) throw error
  console.error(`${error.code}: ${error.message}\n${error.hint}`)
  process.exitCode = 1
}

async function list(from: string, wanted: string | undefined): Promise<void> {
  const { versions, otherTags } = await listChartVersions(from, { range: wanted })
  for (const { version, tag } of versions) console.log(tag === version ? version : `${version} (tag ${tag})`)
  if (otherTags.length > 0) console.log(`other tags: ${otherTags.join(', ')}`)
}

async function demo(): Promise<void> {
  const registry = await startRegistry()
  const mychart = join(import.meta.dirname, 'mychart')
  for (const version of ['0.9.0', '1.0.0', '1.10.0', '1.9.0+build.7', '2.0.0-rc.1']) {
    await pushChart(mychart, `oci://${registry.host}/charts`, { version, tags: ['newest'] })
  }
  await list(`oci://${registry.host}/charts/mychart`, undefined)
  console.log('of ^1.5:')
  await list(`oci://${registry.host}/charts/mychart`, '^1.5')
  await registry.close()
}
