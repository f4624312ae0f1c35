/** docs/options.md: every option that there is, and its default as the doc comment has it. */
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { readPage, ROOT } from './find-blocks.js'

const { text } = readPage('docs/options.md')

const CONNECTION = ['oras/registry/connection/connection-options', 'ConnectionOptions', 'How to reach a registry']
const TABLES = [
  ['helm/push-chart', 'PushChartOptions', '`pushChart(chart, reference, options)`'],
  ['helm/pull-chart', 'PullChartOptions', '`pullChart(reference, options)`'],
  ['helm/read-chart-file', 'ReadChartFileOptions', '`readChartFile(reference, path, options)`'],
  ['helm/list-chart-versions', 'ListChartVersionsOptions', '`listChartVersions(reference, options)`'],
  ['oras/registry/connection/connection-options', 'ConnectionOptions', 'How to reach a registry'],
] as const

describe.each(TABLES)('%s.ts, %s', (path, name, heading) => {
  const told = readTable(heading)
  const shared = new Map([
    ...(path === CONNECTION[0] ? [] : readTable(CONNECTION[2] ?? '')),
    // A table below another one has only what is new.
    ...(path === 'helm/read-chart-file' ? readTable('`pullChart(reference, options)`') : []),
  ])
  const options = readOptions(`src/${path}.ts`, name)

  it('has every option, and no other', () => {
    const all = new Set([...told.keys(), ...[...shared.keys()].filter((option) => options.has(option))])
    expect([...all].toSorted()).toEqual([...options.keys()].toSorted())
  })

  it.each([...options].filter(([option]) => told.has(option)))(
    '%s: its default is the one of the doc comment',
    (option, documented) => {
      expect(quoted(told.get(option) ?? '')).toEqual(expect.arrayContaining([...quoted(documented)]))
    },
  )
})

/** The defaults of a section's table, by the options. */
function readTable(heading: string): ReadonlyMap<string, string> {
  const lines = text.split('\n')
  const start = lines.indexOf(`## ${heading}`)
  expect(start).toBeGreaterThan(0)
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '))
  const section = lines.slice(start, length < 0 ? undefined : start + 1 + length)
  const rows = section
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  return new Map(rows.flatMap(([, names = '', , otherwise = '']) => quoted(names).map((name) => [name, otherwise])))
}

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** The names of all options with the defaults of their doc comments, inherited ones too. */
function readOptions(file: string, name: string): ReadonlyMap<string, string> {
  const path = join(ROOT, file)
  const program = ts.createProgram([path], { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 })
  const checker = program.getTypeChecker()
  const declaration = program
    .getSourceFile(path)
    ?.statements.find((statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === name)
  if (!declaration) throw new Error(`${file} declares no ${name}`)
  return new Map(
    checker
      .getTypeAtLocation(declaration)
      .getProperties()
      .map((property) => {
        const tag = property.getJsDocTags(checker).find(({ name: each }) => each === 'default')
        const words = ts.displayPartsToString(tag?.text)
        // A value alone is code, with or without backticks.
        return [property.name, /^(?:true|false)$/.test(words) ? `\`${words}\`` : words.replaceAll("'", '')]
      }),
  )
}
