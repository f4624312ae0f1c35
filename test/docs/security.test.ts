/** What docs/security.md, docs/disk.md and docs/limits.md promise is tested: docs/maintainers/security-tests.md says where. */
import { expect, it } from 'vitest'
import { readPage } from './find-blocks.js'

const tests = readPage('docs/maintainers/security-tests.md').text
const limits = readPage('docs/limits.md').text
const promises = readPage('docs/security.md').text.split('\n## What is not promised\n')[0] ?? ''
const onDisk = readPage('docs/disk.md').text.split('\nWhat remains:\n')[0] ?? ''

it('each promise has a row with tests, and each row a promise', () => {
  const promised = [...`${promises}${onDisk}`.matchAll(/^- \*\*(.+?)\.?\*\*/gm)].map(([, name = '']) => name)

  expect(promised.length).toBeGreaterThan(30)
  expect(readRows(tests, 'promise').toSorted()).toEqual(promised.toSorted())
})

it('each limit has a row with tests, and each row a limit', () => {
  expect(readRows(limits, 'what').length).toBeGreaterThan(30)
  expect(readRows(tests, 'limit of')).toEqual(readRows(limits, 'what'))
})

/** The first cells of all tables that have this heading. */
function readRows(text: string, heading: string): readonly string[] {
  const tables = text.split('\n\n').filter((part) => part.startsWith(`| ${heading} |`))
  return tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(2)
      .map((row) => row.split(' | ')[0]?.slice(2) ?? ''),
  )
}
