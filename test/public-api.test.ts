/** What the package promises: its exports, and declarations that need only ECMAScript and AbortSignal. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as main from '../src/index.js'
import * as oras from '../src/oras/index.js'
import * as testing from '../src/testing/index.js'

const ROOT = join(import.meta.dirname, '..')
const ENTRIES = ['index.d.ts', 'oras/index.d.ts', 'testing/index.d.ts']

describe('oras-helm', () => {
  it('exports exactly these values', () => {
    expect(Object.keys(main).toSorted()).toEqual([
      'AlreadyExistsError',
      'ContentMismatchError',
      'CredentialError',
      'InvalidArchiveError',
      'InvalidChartError',
      'InvalidManifestError',
      'InvalidReferenceError',
      'LimitExceededError',
      'MemoryStore',
      'NetworkError',
      'NotFoundError',
      'OciError',
      'RegistryError',
      'Repository',
      'UnauthorizedError',
      'UnsafeUrlError',
      'UnsupportedArtifactError',
      'assembleChart',
      'buildManifest',
      'bytesContent',
      'chainCredentials',
      'chartDestination',
      'containersCredentials',
      'contentSource',
      'copy',
      'createChart',
      'defaultCredentials',
      'digestOf',
      'dockerCredentials',
      'environmentCredentials',
      'fileContent',
      'formatReference',
      'helmCredentials',
      'inspectChart',
      'layerizeChart',
      'listChartVersions',
      'loginRegistry',
      'logoutRegistry',
      'missingDependencies',
      'overrideChart',
      'packChart',
      'parseDigest',
      'parseManifest',
      'parseReference',
      'pullChart',
      'pushChart',
      'readChart',
      'readChartFile',
      'readContent',
      'staticCredentials',
      'unpackChart',
      'writeContent',
    ])
  })

  it("exports all that oras-helm/oras exports; defaultCredentials() of charts looks in Helm's files too", () => {
    const all = new Map<string, unknown>(Object.entries(main))
    const others = Object.entries(oras).filter(([name, value]) => all.get(name) !== value)
    expect(others.map(([name]) => name)).toEqual(['defaultCredentials'])
  })

  it('exports exactly these values for tests', () => {
    expect(Object.keys(testing).toSorted()).toEqual(['startRegistry', 'storeContract'])
  })

  it('depends on two packages at run time; all other packages are bundled', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, object>
    expect(Object.keys(dependencies ?? {})).toEqual(['js-yaml', 'pako'])
  })

  it.each(['package-lock.json', 'test/consumers/package-lock.json'])('has no download addresses in %s', (path) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).not.toMatch(/"resolved": *"http/)
  })
})

describe('the declarations', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'oras-helm-declarations-'))
    execFileSync(process.execPath, [join(ROOT, 'build.mjs'), folder])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are one file for each entry point, and one shared file', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.d.ts'))
    expect(files.toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'index.d.ts',
      join('oras', 'index.d.ts'),
      'shared.d.ts',
      join('testing', 'index.d.ts'),
    ])
  })

  it('import nothing from Node or from a dependency', () => {
    const foreign = [...ENTRIES, 'shared.d.ts'].flatMap((path) =>
      ts
        .preProcessFile(readFileSync(join(folder, path), 'utf8'))
        .importedFiles.filter(({ fileName }) => !/^\.{1,2}\/(shared|index|oras\/index)\.js$/.test(fileName))
        .map(({ fileName }) => `${path}: ${fileName}`),
    )
    expect(foreign).toEqual([])
  })

  it('compile without the types of Node and the DOM, except AbortSignal', () => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      [
        "import { pushChart, type Target } from './index.js'",
        "import { Repository } from './oras/index.js'",
        "import { startRegistry } from './testing/index.js'",
        'export const run = async (target: Target): Promise<string> => {',
        '  const registry = await startRegistry()',
        "  await target.resolve('latest')",
        '  target = new Repository(registry.host)',
        '  return (await pushChart(new Uint8Array(), registry.host)).digest',
        '}',
      ].join('\n'),
    )
    writeFileSync(join(folder, 'abort.d.ts'), 'interface AbortSignal { readonly aborted: boolean }\n')
    const program = ts.createProgram([join(folder, 'consumer.ts'), join(folder, 'abort.d.ts')], {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2023.d.ts'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
    })
    const messages = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      return `${file?.fileName.slice(folder.length) ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
    })
    expect(messages).toEqual([])
  })

  it('document every export', () => {
    const paths = ENTRIES.map((path) => join(folder, path))
    const program = ts.createProgram(paths, {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      types: [],
    })
    const checker = program.getTypeChecker()
    const names = paths.flatMap((path) => {
      const source = program.getSourceFile(path)
      const symbol = source && checker.getSymbolAtLocation(source)
      return (symbol ? checker.getExportsOfModule(symbol) : []).map((each) => {
        const declared = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each
        return { name: each.name, text: ts.displayPartsToString(declared.getDocumentationComment(checker)) }
      })
    })
    expect(names.length).toBeGreaterThan(150)
    expect(names.filter(({ text }) => text === '').map(({ name }) => name)).toEqual([])
  })
})
