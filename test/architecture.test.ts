/** The structure of the library: layers, cycles, importing files, names. docs/architecture.md describes it. */
import { describe, expect, it } from 'vitest'
import { LAYERS, STORE_INTERFACES, TESTING } from './support/layers.js'
import {
  importedFiles,
  importedModules,
  readSources,
  partOf,
  type SourceFile,
  sourceFile,
} from './support/read-sources.js'

const files = readSources()

const FORBIDDEN_NAMES = /(^|\/)(utils?|helpers?|common|misc|shared|lib)(\/|\.ts$)/
/** The parts that may import a module of Node for processes, files, network, compression or hashes. */
const RESERVED: Readonly<Record<string, readonly string[]>> = {
  'node:child_process': ['oras/credentials'],
  'node:worker_threads': ['helm/metadata'],
  'node:os': ['oras/credentials', 'oras/lock'],
  'node:fs': ['helm/folder', 'helm/load', 'oras/credentials', 'oras/folder-handle', 'oras/lock'],
  'node:fs/promises': [
    'helm/folder',
    'helm/pull-chart',
    'oras/credentials',
    'oras/folder-handle',
    'oras/http',
    'oras/lock',
    'oras/remove-from-folder',
    'oras/store',
  ],
  'node:net': ['oras/http'],
  'node:http': ['oras/http'],
  'node:https': ['oras/http'],
  'node:tls': ['oras/http'],
  'node:zlib': ['oras/tar'],
  'node:crypto': ['oras/http', 'oras/oci'],
}

/** Lists every import of a layer that is not below. */
function findWrongImports(sources: readonly SourceFile[]): readonly string[] {
  const level = new Map(LAYERS.flatMap((layer, at) => layer.map(({ name }) => [name, at] as const)))
  const only = new Map(LAYERS.flat().map((part) => [part.name, part.only]))
  const isAllowed = (from: string, to: string): boolean => {
    if (from === to) return true
    if (from.startsWith('testing/')) return from === 'testing/index' || to.startsWith('oras/')
    if (only.get(from)?.includes(to) === false) return false
    return (level.get(to) ?? Infinity) < (level.get(from) ?? -1)
  }
  return sources.flatMap((file) =>
    importedFiles(file)
      .filter((target) => !isAllowed(partOf(file.path) ?? '', partOf(target) ?? ''))
      .map((target) => `${file.path} -> ${target}`),
  )
}

describe('the layers', () => {
  it('contain every file in a named part, and no part is empty', () => {
    const parts = [...LAYERS.flat(), ...TESTING].map(({ name }) => name)
    expect(files.filter(({ path }) => partOf(path) === undefined).map(({ path }) => path)).toEqual([])
    expect(new Set(files.map(({ path }) => partOf(path)))).toEqual(new Set(parts))
  })

  it('import only layers below their own', () => {
    expect(findWrongImports(files)).toEqual([])
  })

  it('never let oras/ import helm/: an import that is planted for the test is reported', () => {
    const planted = [
      sourceFile('oras/oci/digest.ts', "import type { Chart } from '../../helm/model/chart.js'"),
      sourceFile('oras/graph/copy.ts', "export { Repository } from '../registry/repository.js'"),
      sourceFile('helm/yaml/yaml.ts', "const late = await import('../load/read-chart.js')"),
      sourceFile('helm/model/chart.ts', "import { copy } from '../../oras/graph/copy.js'"),
      sourceFile('oras/store/file-content.ts', "import { createNodeFetch } from '../http/node-fetch.js'"),
      sourceFile(
        'oras/store/memory-store.ts',
        "import { startRegistry } from '../../testing/registry/start-registry.js'",
      ),
    ]
    expect(findWrongImports(planted)).toEqual([
      'oras/oci/digest.ts -> helm/model/chart.ts',
      'oras/graph/copy.ts -> oras/registry/repository.ts',
      'helm/yaml/yaml.ts -> helm/load/read-chart.ts',
      'helm/model/chart.ts -> oras/graph/copy.ts',
      'oras/store/file-content.ts -> oras/http/node-fetch.ts',
      'oras/store/memory-store.ts -> testing/registry/start-registry.ts',
    ])
  })

  it('let registry and graph import only the interfaces of store', () => {
    const inside = files
      .filter(({ path }) => ['oras/registry', 'oras/graph'].includes(partOf(path) ?? ''))
      .flatMap((file) =>
        importedFiles(file)
          .filter((target) => partOf(target) === 'oras/store' && target !== STORE_INTERFACES)
          .map((target) => `${file.path} -> ${target}`),
      )
    expect(inside).toEqual([])
  })

  it('have no import cycle, not even among types', () => {
    expect(findCycles(new Map(files.map((file) => [file.path, importedFiles(file)])))).toEqual([])
  })

  it('report a cycle that is planted for the test', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['a', 'd']],
      ['d', []],
    ])
    expect(findCycles(graph)).toEqual(['a -> b -> c -> a'])
  })
})

describe('outside modules', () => {
  const packages = new Map<string, Set<string>>()
  for (const file of files) {
    for (const module of importedModules(file).filter((each) => !each.startsWith('node:'))) {
      packages.set(module, (packages.get(module) ?? new Set()).add(file.path))
    }
  }

  it('are each imported by one file, if they are packages', () => {
    expect([...packages].filter(([, paths]) => paths.size > 1)).toEqual([])
  })

  it('are loaded without js-yaml, and without helm/, by oras-helm/oras', () => {
    const loaded = reachable('oras/index.ts')
    expect(loaded.filter((path) => path.startsWith('helm/'))).toEqual([])
    expect(loaded.filter((path) => packages.get('js-yaml')?.has(path))).toEqual([])
    expect(loaded.length).toBeGreaterThan(50)
  })

  it.each(Object.entries(RESERVED))(
    'of Node: %s is imported by exactly the parts that may import it',
    (module, parts) => {
      const users = files.filter(({ path, imports }) => !path.startsWith('testing/') && imports.includes(module))
      expect(new Set(users.map(({ path }) => partOf(path)))).toEqual(new Set(parts))
    },
  )

  it('are not imported for I/O by the values in oras/oci', () => {
    const io = files
      .filter(({ path }) => partOf(path) === 'oras/oci')
      .flatMap((file) => importedModules(file).map((module) => `${file.path} -> ${module}`))
    expect(io).toEqual(['oras/oci/digest.ts -> node:crypto'])
  })
})

describe('the files', () => {
  it('are imported by name: only the entry points re-export, and no other file imports those', () => {
    const entries = files.filter(({ path }) => path.endsWith('index.ts')).map(({ path }) => path)
    const users = files.filter((file) => importedFiles(file).some((target) => target.endsWith('index.ts')))
    expect(entries).toEqual(['index.ts', 'oras/index.ts', 'testing/index.ts'])
    expect(users.map(({ path }) => path)).toEqual([])
    expect(files.filter(({ text }) => /export \*|export default/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('have no empty names such as utils or common', () => {
    expect(files.filter(({ path }) => FORBIDDEN_NAMES.test(path)).map(({ path }) => path)).toEqual([])
  })

  it('begin with a doc comment', () => {
    expect(files.filter(({ text }) => !text.startsWith('/**')).map(({ path }) => path)).toEqual([])
  })

  it('read environment variables in one file only', () => {
    const readers = files.filter(({ text }) => /process\.env/.test(stripComments(text)))
    expect(readers.map(({ path }) => path)).toEqual(['oras/environment.ts'])
  })

  it('never log, use no temporary folder of the system, and look at the clock only for requests', () => {
    const prints = files.filter(({ text }) => /\bconsole\./.test(stripComments(text)))
    const temporary = files.filter(({ text }) => /\btmpdir\b/.test(stripComments(text)))
    const clock = files.filter(
      ({ path, text }) =>
        !/^(oras\/http|oras\/registry|testing)\//.test(path) && /Date\.now|new Date\(\)/.test(stripComments(text)),
    )
    expect([...prints, ...temporary, ...clock].map(({ path }) => path)).toEqual([])
  })
})

describe('what a file imports', () => {
  it('is seen in every form', () => {
    const text = [
      "import { a } from './a.js'",
      "import type { B } from './b.js'",
      "export { c } from './c.js'",
      "const d = await import('./d.js')",
      "import './e.js'",
      "/** import { f } from './f.js' */",
    ].join('\n')
    expect(importedFiles(sourceFile('x.ts', text))).toEqual(['a.ts', 'b.ts', 'c.ts', 'd.ts', 'e.ts'])
  })
})

/** Every file that a file loads, at once or later. */
function reachable(from: string): readonly string[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const seen = new Set<string>()
  const visit = (path: string): void => {
    const file = byPath.get(path)
    if (!file || seen.has(path)) return
    seen.add(path)
    importedFiles(file).forEach(visit)
  }
  visit(from)
  return [...seen]
}

function stripComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

/** Lists each cycle once, as a path. */
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
