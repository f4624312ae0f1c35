/** Every piece of TypeScript in README, docs and doc comments: type-checked, run, and its output compared. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectOutput, isOutput } from './check-output.js'
import { type Block, findBlocks, findExamples, pages, ROOT, sources } from './find-blocks.js'
import { BEGIN, FAILED, type RunPlan } from './run-blocks.js'
import { runScript } from './run-scripts.js'

/** What a block printed, and why it failed if it did. */
interface RunResult {
  readonly output: string
  readonly error: string | undefined
}

const onPages = pages.map((page) => findBlocks(page))
const inSources = sources.map((page) => findExamples(page))
const code = [...onPages, ...inSources].flat().filter(({ language }) => language === 'ts')
const runnable = code.filter(({ note }) => note === '')

it('code says why it is not run, if it is not', () => {
  expect(code.filter(({ note }) => note !== '' && !/^no-run: \w+/.test(note)).map(({ id }) => id)).toEqual([])
})

it('every @example in the sources holds code', () => {
  const promised = sources.map(({ path, text }) => [path, text.match(/^ +\* @example/gm)?.length ?? 0])
  const held = sources.map(({ path }, index) => [path, inSources[index]?.filter(isTypeScript).length])
  expect(held).toEqual(promised)
})

describe('the types are right in', () => {
  let diagnostics: ReadonlyMap<string, readonly string[]>
  beforeAll(() => {
    diagnostics = checkTypes(code)
  })

  it.each(code)('$id', ({ id }) => {
    expect(diagnostics.get(id)).toEqual([])
  })
})

describe('it runs:', () => {
  let results: ReadonlyMap<string, RunResult>
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oras-helm-docs-'))
    results = await runBlocks(folder)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(runnable)('$id', ({ id, text }) => {
    const { output, error } = results.get(id) ?? {}
    expect(error).toBeUndefined()

    // console.log('…') // what it prints
    const lines = output?.split('\n') ?? []
    const told = [...text.matchAll(/^ *console\.log\(.*\) \/\/ (\S.*)$/gm)].map(([, comment = '']) => comment)
    expect(told.filter((comment) => !comment.includes('{') && !lines.includes(comment))).toEqual([])
  })

  const outputs = onPages.flatMap((blocks) =>
    blocks.flatMap((block, index) => {
      const before = blocks[index - 1]
      return isOutput(block) && before?.language === 'ts' ? [{ id: block.id, block, before }] : []
    }),
  )
  it.each(outputs)('$id is its output', ({ block, before }) => {
    expectOutput(block, results.get(before.id)?.output ?? '')
  })
})

function isTypeScript({ language }: Block): boolean {
  return language === 'ts'
}

// What is not for code that only shows something.
const NO_OUTPUT = { declaration: false, declarationMap: false, isolatedDeclarations: false, noUnusedLocals: false }

/** One program over all blocks: files that exist nowhere but in its host. */
function checkTypes(blocks: readonly Block[]): ReadonlyMap<string, readonly string[]> {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT)
  const settings: ts.CompilerOptions = { ...options, noEmit: true, rootDir: ROOT, ...NO_OUTPUT }
  const texts = new Map(blocks.map(({ text }, index) => [fileName(index), text]))
  const disk = ts.createCompilerHost(settings)
  const program = ts.createProgram([...texts.keys()], settings, {
    ...disk,
    fileExists: (path) => texts.has(path) || disk.fileExists(path),
    readFile: (path) => texts.get(path) ?? disk.readFile(path),
    getSourceFile: (path, version) => {
      const text = texts.get(path)
      return text === undefined ? disk.getSourceFile(path, version) : ts.createSourceFile(path, text, version)
    },
  })
  return new Map(
    blocks.map(({ id }, index) => {
      const file = program.getSourceFile(fileName(index))
      const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      return [id, found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))]
    }),
  )
}

// TypeScript writes paths with slashes on every system.
function fileName(index: number): string {
  return `${ROOT.replaceAll('\\', '/')}/test/docs/block-${index}.mts`
}

/** A page, or a source file, has one registry; that of a source file holds mychart already, as after the README. */
async function runBlocks(folder: string): Promise<ReadonlyMap<string, RunResult>> {
  for (const copy of ['mychart', 'examples/mychart']) {
    await cp(join(ROOT, 'examples/mychart'), join(folder, copy), { recursive: true })
  }
  await cp(join(ROOT, 'README.md'), join(folder, 'README.md'))

  const groups = [...onPages.map((blocks) => ({ blocks, isSeeded: false })), ...inSources.map(seeded)]
  const plan: RunPlan = {
    folder,
    groups: groups.map(({ blocks, isSeeded }) => ({
      isSeeded,
      blocks: blocks.filter((block) => runnable.includes(block)),
    })),
  }
  await writeFile(join(folder, 'plan.json'), JSON.stringify(plan))
  const printed = await runScript('test/docs/run-blocks.ts', [join(folder, 'plan.json')], { cwd: folder })
  return new Map(printed.split(BEGIN).slice(1).map(readResult))
}

function seeded(blocks: readonly Block[]): { blocks: readonly Block[]; isSeeded: boolean } {
  return { blocks, isSeeded: true }
}

function readResult(printed: string): [string, RunResult] {
  const [head = '', ...lines] = printed.split('\n')
  const [id = '', host = ''] = head.split(' ')
  const [output = '', error] = lines.join('\n').replaceAll(host, 'localhost:5000').split(FAILED)
  return [id, { output, error }]
}
