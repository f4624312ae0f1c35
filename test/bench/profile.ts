/** Where the time of a process goes, as V8's profiler sees it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './measure.js'

/** One process that was profiled. */
export interface Profile {
  readonly title: string
  /** Milliseconds of the main thread, by what it did. */
  readonly parts: ReadonlyMap<string, number>
}

interface Frame {
  readonly functionName: string
  readonly url: string
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** The first that fits a frame counts. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ['waiting: registry, disk, other threads; reading from sockets', /^\(idle\)/],
  ['garbage collection', /^\(garbage collector\)/],
  ['reading of YAML (js-yaml)', /node_modules\/js-yaml\//],
  ['node-fetch', /node_modules\/(?:node-fetch|fetch-blob|data-uri-to-buffer|formdata-polyfill)\//],
  ['other packages', /node_modules\//],
  ['oras-helm', /\/dist\/(?:index|chunks|testing)/],
  [
    'loading of modules',
    / node:internal\/(?:modules|bootstrap|deps|main|process\/(?!task_queues|promises))|compileSourceTextModule|wasm/,
  ],
  ['hashing', / node:internal\/crypto/],
  ['inflating and deflating', / node:zlib/],
  ['files', / node:(?:internal\/)?fs/],
  ['http, sockets, streams and promises of Node', / node:/],
]
const REST = 'other'

/** Runs a script as a process of its own, and tells what its main thread did. */
export async function profileNode(title: string, script: string): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'oras-helm-profile-'))
  try {
    const flags = ['--cpu-prof', '--cpu-prof-dir', folder, '--cpu-prof-interval', '500']
    await run(process.execPath, [...flags, '--input-type=module', '-e', `let seconds = 0; ${script}`])
    const [file = ''] = await readdir(folder)
    return { title, parts: sumUp(JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function sumUp({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<string, number> {
  const partOf = new Map<number, string>()
  const frames = new Map(nodes.map((node) => [node.id, node]))
  const name = (id: number, parent: string): void => {
    const node = frames.get(id)
    if (!node) return
    const { functionName, url } = node.callFrame
    const found = PARTS.find(([, pattern]) => pattern.test(`${functionName} ${url}`))?.[0]
    // Built-in functions have no file: their time is counted for their caller.
    const part = found ?? (url === '' ? parent : REST)
    partOf.set(id, part)
    for (const child of node.children ?? []) name(child, part)
  }
  if (nodes[0]) name(nodes[0].id, REST)
  const parts = new Map<string, number>([...PARTS.map(([part]) => [part, 0] as const), [REST, 0]])
  for (const [index, id] of samples.entries()) {
    const part = partOf.get(id) ?? REST
    parts.set(part, (parts.get(part) ?? 0) + (timeDeltas[index] ?? 0) / 1000)
  }
  return parts
}
