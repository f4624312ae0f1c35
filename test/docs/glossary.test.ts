/** The glossary of docs/architecture.md: its names are names of the code. */
import { expect, it } from 'vitest'
import { readPage, sources } from './find-blocks.js'

it('names in code type are declared in src', () => {
  const { text } = readPage('docs/architecture.md')
  const glossary = text.slice(text.indexOf('## Glossary'), text.indexOf('## The way of a push and a pull'))
  const rows = glossary.split('\n').filter((line) => line.startsWith('| '))
  const names = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  )
  const declared = sources.flatMap(({ text: source }) =>
    [...source.matchAll(/^(?:export )?(?:async )?(?:function|class|interface|type|const) (\w+)/gm)].map(
      ([, name]) => name,
    ),
  )

  expect(names.length).toBeGreaterThan(10)
  expect(names.filter((name) => !declared.includes(name))).toEqual([])
})

it('is the first section', () => {
  expect(readPage('docs/architecture.md').text).toMatch(/^# Architecture\n(?:(?!^#)[^])*?^## Glossary$/m)
})
