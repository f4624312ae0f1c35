/** docs/architecture.md draws the house as test/architecture.test.ts has it. */
import ts from 'typescript'
import { expect, it } from 'vitest'
import { readPage } from './find-blocks.js'

type Table = Readonly<Record<string, readonly string[]>>

const page = readPage('docs/architecture.md').text

it('has the rooms and what each may use', () => {
  const told = rowsBelow('## Rooms and floors').map(([name = '', , uses = '']) => [unquote(name)[0], unquote(uses)])
  expect(Object.fromEntries(told)).toEqual(readTable('FLOORS'))
})

it('has the doors', () => {
  const told = rowsBelow('## Doors').map(([module = '', doors = '']) => [unquote(module)[0], unquote(doors)])
  expect(Object.fromEntries(told)).toEqual(readTable('DOORS'))
})

it('argues for every dependency', () => {
  const { dependencies } = JSON.parse(readPage('package.json').text) as { readonly dependencies: object }
  const argued = page.slice(page.indexOf('## Why these dependencies')).match(/^- \*\*[\w-]+\*\*/gm) ?? []
  expect(argued.map((item) => item.slice(4, -2)).toSorted()).toEqual(Object.keys(dependencies).toSorted())
})

/** The rows of the first table below a heading, cell by cell. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [section = ''] = page.slice(page.indexOf(heading) + heading.length).split(/^## /m)
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  return rows.map((row) => row.slice(1, -1).split('|'))
}

function unquote(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
}

/** Reads a table of the test that holds it: an object of lists of texts. */
function readTable(name: string): Table {
  const { text } = readPage('test/architecture.test.ts')
  const file = ts.createSourceFile('architecture.test.ts', text, ts.ScriptTarget.Latest)
  const declared = file.statements
    .filter(ts.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .find((declaration) => ts.isIdentifier(declaration.name) && declaration.name.text === name)?.initializer
  if (!declared || !ts.isObjectLiteralExpression(declared)) throw new Error(`there is no table ${name}`)
  const rows = declared.properties.filter(ts.isPropertyAssignment).map(({ name: key, initializer }) => {
    const items = ts.isArrayLiteralExpression(initializer) ? [...initializer.elements] : []
    return [(key as ts.Identifier | ts.StringLiteral).text, items.map((item) => (item as ts.StringLiteral).text)]
  })
  return Object.fromEntries(rows) as Table
}
