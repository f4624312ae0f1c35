/**
 * Pushes a chart and shows what travels: `npx tsx examples/push-chart.ts <chart> <reference>`.
 * Without arguments it starts an embedded registry and pushes examples/mychart there, twice, under two names.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Descriptor, OciError, type OciEvent, pushChart, readContent, Repository } from 'oras-helm'
import { startRegistry } from 'oras-helm/testing'

const [chart, reference] = process.argv.slice(2)
try {
  if (chart !== undefined && reference !== undefined) await push(chart, reference)
  else if (chart === undefined) await demo()
  else console.error('usage: push-chart.ts <chart> <reference>')
} catch (error) {
  if (!(error instanceof OciError)) throw error
  console.error(`${error.code}: ${error.message}\n${error.hint}`)
  process.exitCode = 1
}

async function push(path: string, to: string): Promise<void> {
  const result = await pushChart(path, to, { onEvent: show })
  console.log(`${result.status} ${result.chart.name} ${result.chart.version} to ${result.reference} (${result.format})`)
  for (const each of result.uploaded) console.log(`  uploaded  ${describe(each)}`)
  for (const each of result.reused) console.log(`  reused    ${describe(each)}`)

  const manifest = await readContent(new Repository(result.reference).get(result.manifest))
  console.log(JSON.stringify(JSON.parse(new TextDecoder().decode(manifest)), null, 2))
}

function show(event: OciEvent): void {
  if (event.type === 'warning') console.warn(`warning: ${event.message}`)
  if (event.type === 'progress' && process.stdout.isTTY) {
    process.stdout.write(
      `\r${event.transferred} of ${event.size} bytes\u001b[K${event.transferred === event.size ? '\r\u001b[K' : ''}`,
    )
  }
}

function describe({ digest, size, mediaType }: Descriptor): string {
  return `${digest.slice(0, 19)}  ${String(size).padStart(6)} bytes  ${mediaType}`
}

async function demo(): Promise<void> {
  const registry = await startRegistry()
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-demo-'))
  try {
    const mychart = join(import.meta.dirname, 'mychart')
    await push(mychart, `${registry.host}/mychart:latest`)

    console.log('\nThe same content under another name and version: nothing but the manifest travels.\n')
    const renamed = join(folder, 'renamed')
    await cp(mychart, renamed, { recursive: true })
    const metadata = await readFile(join(renamed, 'Chart.yaml'), 'utf8')
    const other = metadata.replace(/^name: .*$/m, 'name: renamed').replace(/^version: .*$/m, 'version: 9.9.9')
    await writeFile(join(renamed, 'Chart.yaml'), other)
    await push(renamed, `${registry.host}/mychart:renamed`)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await registry.close()
  }
}
