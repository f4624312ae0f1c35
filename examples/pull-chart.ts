/**
 * Pulls a chart into a folder and shows how far it has come: `npx tsx examples/pull-chart.ts <reference> [folder]`.
 * Without arguments it pushes examples/mychart to an embedded registry, and pulls it from there.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { OciError, type OciEvent, pullChart, pushChart } from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const [reference, folder = '.'] = process.argv.slice(2)
try {
  if (reference === undefined) await demo()
  else await pull(reference, folder)
} catch (error) {
  if (!(error instanceof OciError)) throw error
  console.error(`${error.code}: ${error.message}\n${error.hint}`)
  process.exitCode = 1
}

async function pull(from: string, destination: string): Promise<void> {
  const { chart, digest, format, path } = await pullChart(from, { destination, untar: true, onEvent: show })
  console.log(`pulled ${chart.metadata.name} ${chart.metadata.version} (${format})`)
  console.log(`  from    ${from}`)
  console.log(`  digest  ${digest}`)
  console.log(`  files   ${chart.files.length}, in ${path}`)
}

function show(event: OciEvent): void {
  if (event.type === 'warning') console.warn(`warning: ${event.message}`)
  if (event.type !== 'progress') return
  const percent = event.size === 0 ? 100 : Math.floor((100 * event.transferred) / event.size)
  // A log keeps the last line of each content, a terminal has them one over the other.
  if (process.stdout.isTTY) process.stdout.write(`\r${event.digest.slice(0, 19)} ${percent} %\u001b[K`)
  if (event.transferred === event.size) {
    console.log(`${process.stdout.isTTY ? '\r' : ''}${event.digest.slice(0, 19)} ${event.size} bytes`)
  }
}

async function demo(): Promise<void> {
  const registry = await startRegistry()
  const temporary = await mkdtemp(join(tmpdir(), 'oras-helm-demo-'))
  try {
    await pushChart(join(import.meta.dirname, 'mychart'), `oci://${registry.host}/charts`)
    await pull(`oci://${registry.host}/charts/mychart`, temporary)
  } finally {
    await rm(temporary, { recursive: true, force: true })
    await registry.close()
  }
}
