/** docs/architecture.md shows the structure as the code has it. */
import { expect, it } from 'vitest'
import { fillTables, makeTables, PAGE } from './architecture-tables.js'
import { importedModules, readSources } from '../support/read-sources.js'
import { readPage } from './find-blocks.js'

const page = readPage(PAGE).text

it('has the tables that `npm run tables` writes', () => {
  expect(page).toBe(fillTables(page, makeTables()))
})

it('gives a reason for every package that the library imports', () => {
  const imported = readSources().flatMap((file) => importedModules(file).filter((each) => !each.startsWith('node:')))
  const argued = page.slice(page.indexOf('## Why these dependencies')).match(/^- \*\*[\w-]+\*\*/gm) ?? []
  expect(argued.map((item) => item.slice(4, -2)).toSorted()).toEqual([...new Set(imported)].toSorted())
})
