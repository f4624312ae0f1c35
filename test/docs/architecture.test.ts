/** docs/architecture.md shows the structure as the code has it. */
import { expect, it } from 'vitest'
import { fillTables, makeTables, PAGE } from './architecture-tables.js'
import { readPage } from './find-blocks.js'

const page = readPage(PAGE).text

it('has the tables that `npm run tables` writes', () => {
  expect(page).toBe(fillTables(page, makeTables()))
})

it('argues for every dependency', () => {
  const { dependencies } = JSON.parse(readPage('package.json').text) as { readonly dependencies: object }
  const argued = page.slice(page.indexOf('## Why these dependencies')).match(/^- \*\*[\w-]+\*\*/gm) ?? []
  expect(argued.map((item) => item.slice(4, -2)).toSorted()).toEqual(Object.keys(dependencies).toSorted())
})
