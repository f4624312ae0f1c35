/** docs/security.md and docs/limits.md promise what tests hold: docs/maintainers/security-tests.md names them. */
import { expect, it } from 'vitest'
import { readPage } from './find-blocks.js'

const tests = readPage('docs/maintainers/security-tests.md').text
const limits = readPage('docs/limits.md').text
const promises = readPage('docs/security.md').text

it('each promise has a row with tests, and each row a promise', () => {
  const [before = '', unpromised = ''] = promises.split('\nWhat remains:\n')
  const after = unpromised.slice(unpromised.indexOf('## Content'), unpromised.indexOf('## What is not promised'))
  const promised = [...`${before}${after}`.matchAll(/^- \*\*(.+?)\.?\*\*/gm)].map(([, name]) => name)

  expect(promised.length).toBeGreaterThan(30)
  expect(readRows(tests, 'promise')).toEqual(promised)
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
