/** The README: short, and with every option that there is. */
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { readPage, ROOT } from './find-blocks.js'

const { text } = readPage('README.md')
const lines = text.split('\n')

it('is at most 150 lines long', () => {
  expect(lines.length - 1).toBeLessThanOrEqual(150)
})

it('shows on its first screen how to install it, both calls, and who reads what', () => {
  const screen = lines.slice(0, 40).join('\n')
  expect(screen).toContain('npm install oras-helm')
  expect(screen).toContain("pushChart('mychart', 'oci://localhost:5000/charts')")
  expect(screen).toContain("pushChart('mychart', 'localhost:5000/mychart:latest')")
  expect(screen).toContain("Nobody's Helm reads these")
})

describe('the table of options', () => {
  const rows = lines
    .slice(lines.indexOf('## Options'), lines.indexOf('## Errors'))
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  const told = new Map(
    rows.flatMap(([, names = '', , otherwise = '']) => quoted(names).map((name) => [name, otherwise])),
  )
  const options = readOptions()

  it('has every option of PushChartOptions, and no other', () => {
    expect([...told.keys()].toSorted()).toEqual([...options.keys()].toSorted())
  })

  it.each([...options])('%s: its default is the one of the doc comment', (name, documented) => {
    const [, otherwise = ''] = /Default: ([^]*?)\.(?:\s|$)/.exec(documented) ?? []
    expect(quoted(told.get(name) ?? '')).toEqual(expect.arrayContaining([...quoted(otherwise)]))
  })
})

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** The names of all options with their doc comments, inherited ones too. */
function readOptions(): ReadonlyMap<string, string> {
  const path = join(ROOT, 'src/push-chart.ts')
  const program = ts.createProgram([path], { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 })
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(path)
  const declaration = file?.statements.find(
    (statement) => ts.isInterfaceDeclaration(statement) && statement.name.text === 'PushChartOptions',
  )
  if (!declaration) throw new Error('src/push-chart.ts declares no PushChartOptions')
  return new Map(
    checker
      .getTypeAtLocation(declaration)
      .getProperties()
      .map((property) => [property.name, ts.displayPartsToString(property.getDocumentationComment(checker))]),
  )
}
