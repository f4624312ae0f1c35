/** Takes about a second: rules that are tried until the limit of work is reached. */
import { expect, it } from 'vitest'
import { readDirectory } from '../../../src/helm/folder/read-directory.js'
import { createReadContext } from '../../../src/helm/model/read-context.js'
import { countTurns } from '../../support/event-loop.js'
import { caught, writeFolder } from '../../support/make-chart.js'

it('compares names with rules a hundred million times and no more, with turns for others in between', async () => {
  const rules = Array.from({ length: 2000 }, (_, at) => `*${String.fromCodePoint(0x4e00 + at)}*`).join('\n')
  const names = Array.from({ length: 260 }, (_, at) => [`${'a'.repeat(240)}${at}`, ''])
  const folder = await writeFolder({ '.helmignore': rules, ...Object.fromEntries(names) })

  const { turns, result } = await countTurns(() => caught(readDirectory(folder, createReadContext('mychart'))))

  expect(result).toMatchObject({ code: 'ERR_LIMIT_EXCEEDED', limit: 100_000_000 })
  expect(result.message).toBe(
    'Cannot read chart mychart: the rules of .helmignore need more than 100000000 comparisons',
  )
  expect(turns).toBeGreaterThan(50)
})
