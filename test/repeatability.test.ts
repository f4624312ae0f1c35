/** Every run of the tests is the same: no test depends on chance or on the speed of the machine. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const FOLDER = import.meta.dirname

const REASONS: readonly (readonly [word: RegExp, instead: string, allowed: readonly string[]])[] = [
  [/\bfc\.assert\(/, 'assertProperty() begins at fixed seeds', ['support/seeds.ts']],
  [/\bfc\.sample\(/, 'drawSamples() begins at fixed seeds', ['support/seeds.ts']],
  [/\bMath\.random\(/, 'makeRandom() begins at a seed', []],
  [/\bvi\.waitFor\(/, 'it gives up after a second: eventually() does not', []],
  [/\bretry: [0-9]/, 'a test that may fail some times says nothing', []],
]

it('no test draws its own seed, gives up early, or is retried', () => {
  const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'))
  const sources = paths.filter(
    (path) => path.endsWith('.ts') && !path.startsWith('bench') && path !== 'repeatability.test.ts',
  )
  const found = sources.flatMap((path) => {
    const text = readFileSync(join(FOLDER, path), 'utf8')
    return REASONS.filter(([word, , allowed]) => word.test(text) && !allowed.includes(path)).map(
      ([word, instead]) => `${path}: ${word.source}: ${instead}`,
    )
  })

  expect(sources.length).toBeGreaterThan(150)
  expect(found).toEqual([])
})

it('every random test has more rounds in `npm run test:long`', () => {
  const { scripts } = JSON.parse(readFileSync(join(FOLDER, '../package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>
  }
  const [, filters = ''] = /vitest run (.*?) --/.exec(scripts['test:long'] ?? '') ?? []
  const random = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.test.ts') && !path.startsWith('interop/') && path !== 'repeatability.test.ts')
    .filter((path) => /\b(?:assertProperty|roundsOf)\(/.test(readFileSync(join(FOLDER, path), 'utf8')))

  expect(random.length).toBeGreaterThan(10)
  expect(random.filter((path) => !filters.split(' ').some((filter) => path.includes(filter)))).toEqual([])
})
