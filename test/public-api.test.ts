/** What the package promises: its names, and declarations that need nothing but ECMAScript and AbortSignal. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as door from '../src/index.js'
import * as testing from '../src/testing/index.js'

const ROOT = join(import.meta.dirname, '..')

describe('oras-helm', () => {
  it('exports these values, and a new one is a decision', () => {
    expect(Object.keys(door).toSorted()).toEqual([
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
      'copy',
      'createChart',
      'defaultCredentials',
      'digestOf',
      'dockerCredentials',
      'environmentCredentials',
      'fileContent',
      'formatReference',
      'gatherContents',
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

  it('exports these values for tests', () => {
    expect(Object.keys(testing).toSorted()).toEqual(['startRegistry', 'storeContract'])
  })

  it('depends on six packages at run time', () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, object>
    expect(Object.keys(dependencies ?? {})).toEqual([
      'http-proxy-agent',
      'https-proxy-agent',
      'js-yaml',
      'node-fetch',
      'pako',
      'tar-stream',
    ])
  })

  it('has a lockfile without download addresses', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": *"http/)
  })
})

describe('the declarations', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'oras-helm-declarations-'))
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [
      tsc,
      '-p',
      ROOT,
      '--outDir',
      folder,
      '--emitDeclarationOnly',
      '--declarationMap',
      'false',
    ])
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** The declarations that somebody who imports a door reads. */
  const reachable = (): readonly string[] => {
    const seen = new Set<string>()
    const visit = (path: string): void => {
      if (seen.has(path)) return
      seen.add(path)
      for (const { fileName } of ts.preProcessFile(readFileSync(path, 'utf8')).importedFiles) {
        if (fileName.startsWith('.')) visit(join(path, '..', fileName.replace(/\.js$/, '.d.ts')))
      }
    }
    visit(join(folder, 'index.d.ts'))
    visit(join(folder, 'testing/index.d.ts'))
    return [...seen]
  }

  it('import nothing from Node or from a dependency', () => {
    const foreign = reachable().flatMap((path) =>
      ts
        .preProcessFile(readFileSync(path, 'utf8'))
        .importedFiles.filter(({ fileName }) => !fileName.startsWith('.'))
        .map(({ fileName }) => `${path.slice(folder.length)}: ${fileName}`),
    )
    expect(reachable().length).toBeGreaterThan(20)
    expect(foreign).toEqual([])
  })

  it('compile for somebody who has neither the types of Node nor the DOM, but for AbortSignal', () => {
    writeFileSync(
      join(folder, 'consumer.ts'),
      [
        "import { pushChart, type Target } from './index.js'",
        "import { startRegistry } from './testing/index.js'",
        'export const run = async (target: Target): Promise<string> => {',
        '  const registry = await startRegistry()',
        "  await target.resolve('latest')",
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
    const program = ts.createProgram([join(ROOT, 'src/index.ts'), join(ROOT, 'src/testing/index.ts')], {
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      types: ['node'],
    })
    const checker = program.getTypeChecker()
    const silent = ['src/index.ts', 'src/testing/index.ts'].flatMap((path) => {
      const source = program.getSourceFile(join(ROOT, path))
      const symbol = source && checker.getSymbolAtLocation(source)
      return (symbol ? checker.getExportsOfModule(symbol) : [])
        .map((each) => (each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each))
        .filter((each) => ts.displayPartsToString(each.getDocumentationComment(checker)) === '')
        .map((each) => each.name)
    })
    expect(silent).toEqual([])
  })
})
