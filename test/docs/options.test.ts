/** docs/options.md: every option, with the default of its doc comment. */
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
      const shown = told.get(option) ?? ''
      // A plain value, such as 10_000, may have blanks between its digits on the page.
      if (/^\w+$/.test(documented))
        expect(shown.replace(/(?<=\d) (?=\d)/g, '')).toContain(documented.replaceAll('_', ''))
      else expect(quoted(shown)).toEqual(expect.arrayContaining([...quoted(documented)]))
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
  return [...cell.matchAll(/`'?([^`]+?)'?`/g)].map(([, name = '']) => name)
}

/** The names of all options with their documented defaults, inherited ones too. */
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
      .map((property) => [property.name, readDefault(property, checker)]),
  )
}

/** The text of the tag `@default`, or what follows "Default:". */
function readDefault(property: ts.Symbol, checker: ts.TypeChecker): string {
  const tag = property.getJsDocTags(checker).find(({ name }) => name === 'default')
  if (tag) return ts.displayPartsToString(tag.text).trim()
  const comment = ts.displayPartsToString(property.getDocumentationComment(checker))
  return /Default: ([^]*?)\.(?:\s|$)/.exec(comment)?.[1] ?? ''
}
