/**
 * Measures what must not be asserted by a timer, and writes docs/performance.md: `npm run bench`. Everything is measured
 * in one run, alternating, so that the ratios mean something; the times are those of one machine.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { distributionMissing, startDistribution } from './start-distribution.js'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist/index.js')
const GIBIBYTE = 1024 ** 3
const ROUNDS = 5
const run = promisify(execFile)

const missing = distributionMissing()
if (missing) throw new Error(`The benchmark pushes to the Distribution registry, but ${missing}.`)
await stat(DIST)

const folder = await mkdtemp(join(tmpdir(), 'oras-helm-bench-'))
const distribution = await startDistribution()
try {
  const file = join(folder, 'content')
  const copies: Measured[] = []
  const curls: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    // Random enough that every round is another blob, and the registry has to take it.
    await makeFile(file, round)
    curls.push(await hashThenCurl(file, distribution.host))
    await makeFile(file, round + ROUNDS)
    copies.push(await copyFile(file, distribution.host))
  }
  const imports = await alternate(9, () => startNode(`await import(${JSON.stringify(DIST)})`))
  const bare = await alternate(9, () => startNode(''))
  const peak = Math.max(...copies.map(({ peak: each }) => each))
  const ours = median(copies.map(({ seconds }) => seconds))
  const curl = median(curls)
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string }

  const page = `# Performance

Written by \`npm run bench\`. Round trips are not here: they are counted by tests (test/transfer/copy.test.ts,
test/push-cases.ts), because they are promises. Times belong to one machine; compare them only within a table.

oras-helm ${version}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gibibytes(totalmem())} of memory,
Distribution ${await distributionVersion()} on the same machine. Medians of ${ROUNDS} rounds, alternating.

| what | ours | compared with | ratio | budget |
|---|---|---|---|---|
| 1 GiB file to Distribution by \`copy\`: hash, then push | ${ours.toFixed(2)} s | ${curl.toFixed(2)} s: \`openssl dgst -sha256\`, then \`curl -T\` | ${(curl / ours).toFixed(2)} × as fast | ≥ 0.9 × |
| its peak resident memory, process and all | ${(peak / 1024).toFixed(0)} MiB | ${(GIBIBYTE / 1024 ** 2).toFixed(0)} MiB of content | ${((peak * 1024) / GIBIBYTE).toFixed(2)} | < 120 MiB |
| \`import 'oras-helm'\` in a new process, beyond bare Node | ${(imports - bare).toFixed(0)} ms | ${bare.toFixed(0)} ms: bare Node | | < 100 ms |

Spread of the copies: ${copies.map(({ seconds }) => seconds.toFixed(2)).join(', ')} s; of openssl and curl: ${curls.map((each) => each.toFixed(2)).join(', ')} s;
peaks of the copies: ${copies.map((each) => (each.peak / 1024).toFixed(0)).join(', ')} MiB.
`
  await writeFile(join(ROOT, 'docs/performance.md'), page)
  console.log(page)
  // Memory is no matter of luck, so the budget is held here; times are only written down.
  if (peak / 1024 >= 120) throw new Error(`the copy needed ${(peak / 1024).toFixed(0)} MiB`)
} finally {
  await distribution.close()
  await rm(folder, { recursive: true, force: true })
}

interface Measured {
  readonly seconds: number
  /** Resident, in KiB. */
  readonly peak: number
}

/** In a process of its own, from the built package, so that nothing but the library is measured. */
async function copyFile(file: string, host: string): Promise<Measured> {
  const script = `
    import { buildManifest, bytesContent, copy, fileContent, Repository } from ${JSON.stringify(DIST)}
    const start = performance.now()
    const layer = await fileContent(${JSON.stringify(file)}, { mediaType: 'application/octet-stream' })
    const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
    const manifest = buildManifest({ config, layers: [layer] })
    const contents = new Map([layer, config, manifest].map((each) => [each.descriptor.digest, each]))
    const source = { get: ({ digest }) => contents.get(digest) }
    await copy(source, manifest.descriptor, new Repository(${JSON.stringify(`${host}/bench`)}), { tags: ['latest'] })
    const seconds = (performance.now() - start) / 1000
    console.log(JSON.stringify({ seconds, peak: process.resourceUsage().maxRSS }))
  `
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
  return JSON.parse(stdout) as Measured
}

async function hashThenCurl(file: string, host: string): Promise<number> {
  const start = performance.now()
  const { stdout } = await run('openssl', ['dgst', '-sha256', '-r', file])
  const session = await fetch(`http://${host}/v2/bench/blobs/uploads/`, { method: 'POST' })
  const location = session.headers.get('location') ?? ''
  const url = `${location}&digest=sha256:${stdout.split(' ')[0] ?? ''}`
  await run('curl', ['-sf', '-H', 'Expect:', '-T', file, url])
  return (performance.now() - start) / 1000
}

async function makeFile(path: string, seed: number): Promise<void> {
  const chunk = Buffer.alloc(1024 ** 2, `${seed} ${process.pid} `)
  const file = await open(path, 'w')
  for (let written = 0; written < GIBIBYTE; written += chunk.length) {
    chunk.writeUInt32LE(written / chunk.length)
    await file.write(chunk)
  }
  await file.close()
}

/** Milliseconds from start to exit. */
async function startNode(script: string): Promise<number> {
  const start = performance.now()
  await once(spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' }), 'exit')
  return performance.now() - start
}

async function alternate(times: number, measure: () => Promise<number>): Promise<number> {
  const all: number[] = []
  for (let i = 0; i < times; i++) all.push(await measure())
  return median(all)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function gibibytes(bytes: number): string {
  return `${(bytes / GIBIBYTE).toFixed(0)} GiB`
}

async function distributionVersion(): Promise<string> {
  const { stdout } = await run('docker-registry', ['--version'])
  return stdout.trim().split(' ').at(-1) ?? ''
}
