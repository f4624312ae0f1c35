/**
 * Measures how long the worst inputs block the event loop, what they cost, and how soon a call that reads them can be
 * cancelled: `npm run stalls`. With words, `npm run stalls -- helmignore token`, it measures only the rows that contain one
 * of them. It fails if a row exceeds a limit. Each row has its own process, without warm code.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type { Measurement } from './worst-inputs/measure-input.js'
import { MEBIBYTE } from './worst-inputs/worst-input.js'
import { worstInputs } from './worst-inputs/worst-inputs.js'

/** The limits of a row: milliseconds, and MiB. */
const LIMITS = { stall: 50, cancel: 100, memory: 200 }
/** A shorter call, in milliseconds, ends before it could be cancelled. */
const SHORT = 20
const ROOT = join(import.meta.dirname, '..')
const COMPILED = join(ROOT, 'node_modules/.cache/stalls')
const PROGRAM = join(COMPILED, 'test/worst-inputs/measure-input.js')
const IDLE = -1
/** Puts the code of the worker in place of the function that makes it, as in `dist`. */
const embedWorker: Plugin = {
  name: 'embed-worker',
  setup(compiler) {
    compiler.onLoad({ filter: /-worker-code\.ts$/ }, async ({ path }) => {
      const { code } = (await import(pathToFileURL(path).href)) as { readonly code: string }
      return { contents: `export const code = ${JSON.stringify(code)}` }
    })
  },
}
/** A row that takes longer is stopped, in milliseconds. */
const PATIENCE = 30_000

const words = process.argv.slice(2)
const rows = [...worstInputs.entries()].filter(
  ([, { reader, input }]) => words.length === 0 || words.some((word) => `${reader} ${input}`.includes(word)),
)
await compile()
console.log(`node ${process.version}; a process that does nothing: ${(await measure(IDLE)).stall.toFixed(0)} ms`)
console.log(
  '| reader | input | bytes | longest stall, ms | all, ms | CPU, ms | memory, MiB | cancelled after, ms | outcome | most of the time in |',
)
console.log('|---|---|---:|---:|---:|---:|---:|---:|---|---|')
let over = 0
for (const [row, { reader, input }] of rows) {
  let measured = await measureRow(row)
  // Another program may have used the processor: a row that is a little over a limit is measured again.
  if (findOver(measured).some((name) => (measured[name] ?? 0) < 3 * LIMITS[name]))
    measured = lower(measured, await measureRow(row))
  const isOver = findOver(measured)
  if (isOver.length > 0) over += 1
  const mark = (name: keyof typeof LIMITS): string => {
    const value = measured[name]
    return value === undefined ? '' : isOver.includes(name) ? `**${value.toFixed(0)}**` : value.toFixed(0)
  }
  const place = isOver.length > 0 ? await findPlace(row) : ''
  const { bytes, time, cpu, outcome } = measured
  const costs = [mark('stall'), time.toFixed(0), cpu.toFixed(0), mark('memory'), mark('cancel')]
  console.log(`| ${[reader, input, formatBytes(bytes), ...costs, outcome, place].join(' | ')} |`)
}
console.log(`${over} of ${rows.length} rows are over ${LIMITS.stall} ms, ${LIMITS.cancel} ms or ${LIMITS.memory} MiB.`)
process.exitCode = over === 0 ? 0 : 1

/** Compiles file by file, with the folders of the repository: a worker is found next to the file that starts it. */
async function compile(): Promise<void> {
  await rm(COMPILED, { recursive: true, force: true })
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/**/*.ts', 'test/worst-inputs/*.ts', 'test/support/make-archive.ts'],
    outbase: '.',
    outdir: COMPILED,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'warning',
    plugins: [embedWorker],
  })
}

async function measureRow(row: number): Promise<Measurement> {
  const first = await measure(row)
  if (first.time < SHORT) return first
  const { cancel } = await measure(row, first.time / 2)
  return { ...first, ...(cancel !== undefined && { cancel }) }
}

async function measure(row: number, wait?: number, flags: readonly string[] = []): Promise<Measurement> {
  const args = [PROGRAM, String(row), ...(wait === undefined ? [] : [String(wait)])]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ...flags, ...args], {
      timeout: PATIENCE,
    })
    return JSON.parse(stdout) as Measurement
  } catch (error) {
    const { stderr = '' } = error as { readonly stderr?: string }
    const outcome = `it did not end well: ${/^\w*Error.*|^FATAL.*/m.exec(stderr)?.[0] ?? 'it took too long'}`
    return { bytes: 0, stall: Infinity, stalledAt: 0, time: 0, cpu: 0, memory: 0, outcome }
  }
}

function findOver(measured: Measurement): readonly (keyof typeof LIMITS)[] {
  const names = Object.keys(LIMITS) as (keyof typeof LIMITS)[]
  return names.filter((name) => (measured[name] ?? 0) > LIMITS[name])
}

function lower(a: Measurement, b: Measurement): Measurement {
  const least = (name: keyof typeof LIMITS): number => Math.min(a[name] ?? 0, b[name] ?? 0)
  return {
    ...a,
    stall: least('stall'),
    memory: least('memory'),
    ...(a.cancel !== undefined && { cancel: least('cancel') }),
  }
}

interface CpuProfile {
  readonly nodes: readonly Node[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface Node {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

/** The function of the library, or of a package, in which most of the time was spent, with its calls of Node. */
async function findPlace(row: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-profile-'))
  try {
    await measure(row, undefined, ['--cpu-prof', '--cpu-prof-dir', folder])
    const files = await readdir(folder)
    const texts = await Promise.all(files.map(async (file) => readFile(join(folder, file), 'utf8')))
    const [longest] = texts.toSorted((a, b) => b.length - a.length)
    return longest === undefined ? '' : findHottest(JSON.parse(longest) as CpuProfile)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function findHottest({ nodes, samples, timeDeltas }: CpuProfile): string {
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node] as const)))
  const frames = new Map(nodes.map((node) => [node.id, node]))
  const ours = (node: Node | undefined): string => {
    if (!node) return ''
    const [, place] = /(?:\/stalls\/(src\/.*)|(node_modules\/(?!\.cache).*))\.[cm]?js$/.exec(node.callFrame.url) ?? []
    return place === undefined ? ours(parents.get(node.id)) : `${place} ${node.callFrame.functionName}`
  }
  const times = new Map<string, number>()
  for (const [at, sample] of samples.entries()) {
    const place = ours(frames.get(sample))
    if (place !== '') times.set(place, (times.get(place) ?? 0) + (timeDeltas[at] ?? 0))
  }
  const [hottest] = [...times].toSorted(([, a], [, b]) => b - a)
  return hottest?.[0] ?? ''
}

function formatBytes(bytes: number): string {
  if (bytes < 10_000) return `${bytes}`
  return bytes < MEBIBYTE ? `${(bytes / 1024).toFixed(0)} KiB` : `${(bytes / MEBIBYTE).toFixed(1)} MiB`
}
