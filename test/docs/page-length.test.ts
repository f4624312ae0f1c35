/** Pages that users read are short: evidence is in docs/maintainers. */
import { expect, it } from 'vitest'
import { pages } from './find-blocks.js'

const FOR_MAINTAINERS = /^docs\/(?:maintainers\/|architecture\.md$)/

it('each page for users has less than 200 lines', () => {
  const forUsers = pages.filter(({ path }) => path.startsWith('docs/') && !FOR_MAINTAINERS.test(path))
  const lengths = forUsers.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
  expect(lengths.length).toBeGreaterThan(5)
  expect(lengths.filter(({ lines }) => lines >= 200)).toEqual([])
})
