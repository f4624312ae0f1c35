/** The house, as tables: floors, doors, no cycles, small rooms. docs/architecture.md says the same in prose. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const SRC = join(import.meta.dirname, '../src')

// Which rooms each room may use. A file beside the front door is a room of its own.
const FLOORS: Readonly<Record<string, readonly string[]>> = {
  'escape-message': [],
  'sibling-failure': [],
  'registry-answer': [],
  'read-variable': [],
  errors: ['escape-message', 'registry-answer'],
  'error-codes': ['errors'],
  events: [],
  oci: ['errors', 'events'],
  chart: ['errors', 'events', 'oci'],
  store: ['errors', 'events', 'oci'],
  credentials: ['read-variable', 'errors', 'oci', 'store'],
  http: ['read-variable', 'errors', 'events'],
  registry: ['errors', 'registry-answer', 'events', 'sibling-failure', 'oci', 'store', 'credentials', 'http'],
  transfer: ['errors', 'events', 'sibling-failure', 'oci', 'store'],
  testing: ['errors', 'events', 'oci', 'store'],
  'push-chart': ['errors', 'events', 'oci', 'chart', 'store', 'registry', 'transfer'],
  // What the facades that read have in common.
  'open-chart': ['errors', 'oci', 'chart', 'registry'],
  'pull-chart': ['events', 'oci', 'chart', 'store', 'transfer', 'open-chart'],
  'inspect-chart': ['oci', 'chart', 'open-chart'],
  'read-chart-file': ['errors', 'oci', 'chart', 'open-chart'],
  'list-chart-versions': ['oci', 'chart', 'registry'],
  'login-registry': ['credentials', 'registry'],
  'logout-registry': ['credentials'],
  index: [
    'errors',
    'registry-answer',
    'error-codes',
    'events',
    'oci',
    'chart',
    'store',
    'credentials',
    'http',
    'registry',
    'transfer',
    'push-chart',
    'pull-chart',
    'inspect-chart',
    'read-chart-file',
    'list-chart-versions',
    'login-registry',
    'logout-registry',
  ],
}

// Of store/, the wire and the copy know the interfaces alone.
const STORE_INTERFACES = 'store/target.ts'

// The one file, or for Node's own modules the few, through which each outside module comes in. The embedded registry
// stands beside the house and uses Node's modules as it likes.
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'js-yaml': ['chart/yaml.ts'],
  'tar-stream': ['chart/write-tar.ts'],
  pako: ['chart/gzip.ts'],
  'node-fetch': ['http/node-fetch.ts'],
  'http-proxy-agent': ['http/proxy-agents.ts'],
  'https-proxy-agent': ['http/proxy-agents.ts'],
  'node:crypto': ['oci/digest.ts', 'http/read-tls-options.ts'],
  'node:zlib': ['chart/gzip.ts', 'chart/gunzip.ts'],
  'node:fs': ['chart/read-chart.ts', 'chart/read-directory.ts', 'chart/read-plain-file.ts', 'store/file-content.ts'],
  'node:fs/promises': [
    'chart/read-directory.ts',
    'chart/read-plain-file.ts',
    'chart/unpack-chart.ts',
    'chart/write-files.ts',
    'chart/place-folder.ts',
    'store/write-contents.ts',
    'store/write-file.ts',
    'store/expect-folder.ts',
    'credentials/read-config.ts',
    'credentials/find-helper.ts',
    'credentials/write-private-file.ts',
    'http/certificates.ts',
  ],
  'node:os': ['credentials/config-paths.ts'],
  'node:child_process': ['credentials/run-helper.ts'],
  'node:http': ['http/agents.ts', 'http/proxy-agents.ts'],
  'node:https': ['http/agents.ts'],
  'node:tls': ['http/read-tls-options.ts', 'http/tls-settings.ts', 'http/proxy-agents.ts'],
}

// The files that may read the environment.
const ENVIRONMENT: readonly string[] = ['read-variable.ts']

const MAX_LINES = 250
const FORBIDDEN_NAMES = /(^|\/)(utils?|helpers?|common|misc|shared|lib)(\/|\.ts$)/

interface SourceFile {
  readonly path: string
  readonly text: string
  /** As written: `../oci/digest.js`, `node:fs`. */
  readonly imports: readonly string[]
}

const files: readonly SourceFile[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8')
    return { path, text, imports: findImports(text) }
  })

/** Finds what a file imports: statements, re-exports, types, dynamic imports. */
function findImports(text: string): readonly string[] {
  return ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName)
}

const roomOf = (path: string): string =>
  path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace('.ts', '')
const resolve = (from: string, to: string): string => posix.join(posix.dirname(from), to).replace(/\.js$/, '.ts')
const inner = ({ path, imports }: SourceFile): readonly string[] =>
  imports.filter((each) => each.startsWith('.')).map((each) => resolve(path, each))

describe('the house', () => {
  it('has only rooms that the table of floors names', () => {
    expect(new Set(files.map(({ path }) => roomOf(path)))).toEqual(new Set(Object.keys(FLOORS)))
  })

  it('imports only downward', () => {
    const upward = files.flatMap((file) =>
      inner(file)
        .filter((target) => roomOf(target) !== roomOf(file.path))
        .filter((target) => !FLOORS[roomOf(file.path)]?.includes(roomOf(target)))
        .map((target) => `${file.path} -> ${target}`),
    )
    expect(upward).toEqual([])
  })

  it('lets the wire and the copy know the interfaces of store/ alone', () => {
    const inside = files
      .filter(({ path }) => ['registry', 'transfer'].includes(roomOf(path)))
      .flatMap((file) => inner(file).filter((target) => roomOf(target) === 'store' && target !== STORE_INTERFACES))
    expect(inside).toEqual([])
  })

  it('has no import cycle, not even among types', () => {
    expect(findCycles(new Map(files.map((file) => [file.path, inner(file)])))).toEqual([])
  })

  it('has one door for each outside module', () => {
    const intruders = files
      .filter(({ path }) => roomOf(path) !== 'testing')
      .flatMap(({ path, imports }) =>
        imports
          .filter((module) => DOORS[module] && !DOORS[module].includes(path))
          .map((module) => `${path} -> ${module}`),
      )
    const unknown = files.flatMap(({ path, imports }) =>
      imports
        .filter((module) => !module.startsWith('.') && !module.startsWith('node:') && !DOORS[module])
        .map((module) => `${path} -> ${module}`),
    )
    expect([...intruders, ...unknown]).toEqual([])
  })

  it('uses every door: a door that nobody passes is a wall', () => {
    const unused = Object.entries(DOORS).flatMap(([module, paths]) =>
      paths
        .filter((path) => !files.find((file) => file.path === path)?.imports.includes(module))
        .map((path) => `${path} -> ${module}`),
    )
    expect(unused).toEqual([])
  })

  it('does no I/O among the values', () => {
    const io = files
      .filter(({ path }) => roomOf(path) === 'oci')
      .flatMap(({ path, imports }) =>
        imports.filter((m) => m.startsWith('node:') && m !== 'node:crypto').map((m) => `${path} -> ${m}`),
      )
    expect(io).toEqual([])
  })

  it('needs no temporary folder of the system, and no thread of its own', () => {
    const threads = files.filter(({ imports }) => imports.includes('node:worker_threads'))
    const temporary = files.filter(({ text }) => /\btmpdir\b/.test(stripComments(text)))
    expect([...threads, ...temporary].map(({ path }) => path)).toEqual([])
  })

  it('has no folder barrels but the two front doors, and nobody imports those', () => {
    const doors = files.filter(({ path }) => path.endsWith('index.ts')).map(({ path }) => path)
    const guests = files.filter((file) => inner(file).some((target) => target.endsWith('index.ts')))
    expect(doors.toSorted()).toEqual(['index.ts', 'testing/index.ts'])
    expect(guests.map(({ path }) => path)).toEqual([])
  })

  it('exports nothing wholesale', () => {
    expect(files.filter(({ text }) => /export \*|export default/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('keeps its files small, and its rooms named', () => {
    const large = files.filter(({ text }) => text.split('\n').length > MAX_LINES).map(({ path }) => path)
    const nameless = files.filter(({ path }) => FORBIDDEN_NAMES.test(path)).map(({ path }) => path)
    expect([...large, ...nameless]).toEqual([])
  })

  it('says in the first line of each file what it is for', () => {
    expect(files.filter(({ text }) => !text.startsWith('/**')).map(({ path }) => path)).toEqual([])
  })

  it('reads the environment in the files that may, and in no other', () => {
    const readers = files.filter(({ text }) => /process\.env/.test(stripComments(text)))
    expect(readers.map(({ path }) => path).toSorted()).toEqual(ENVIRONMENT.toSorted())
  })

  it('never logs, and reads no clock outside the wire', () => {
    const prints = files.filter(({ text }) => /\bconsole\./.test(stripComments(text)))
    const clock = files.filter(
      ({ path, text }) =>
        !['http', 'registry', 'testing'].includes(roomOf(path)) && /Date\.now|new Date\(\)/.test(stripComments(text)),
    )
    expect([...prints, ...clock].map(({ path }) => path)).toEqual([])
  })
})

describe('the tables of the house', () => {
  it('see every kind of import', () => {
    const text = [
      "import { a } from './a.js'",
      "import type { B } from './b.js'",
      "export { c } from './c.js'",
      "const d = await import('./d.js')",
      "import './e.js'",
      "/** import { f } from './f.js' */",
    ].join('\n')
    expect(findImports(text)).toEqual(['./a.js', './b.js', './c.js', './d.js', './e.js'])
  })

  it('find a cycle', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', []],
    ])
    expect(findCycles(graph)).toEqual(['a -> b -> c -> a'])
  })
})

function stripComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

/** Names one way round each cycle. */
function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const walk = (node: string, path: readonly string[]): void => {
    const seen = path.indexOf(node)
    if (seen >= 0) cycles.push([...path.slice(seen), node].join(' -> '))
    if (seen >= 0 || done.has(node)) return
    for (const next of graph.get(node) ?? []) walk(next, [...path, node])
    done.add(node)
  }
  for (const node of graph.keys()) walk(node, [])
  return cycles
}
