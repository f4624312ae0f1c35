import { describe, expect, it } from 'vitest'
import { filepathMatch } from '../../src/chart/filepath-match.js'
import { golden } from './golden.js'

const vectors = golden.filepathMatchTrueOrError
const names = [...new Set(vectors.map(({ name }) => name))]
const patterns = [...new Set(vectors.map(({ pattern }) => pattern))]

function outcome(pattern: string, name: string): boolean | string {
  try {
    return filepathMatch(pattern, name)
  } catch (error) {
    return (error as Error).message
  }
}

describe('filepathMatch', () => {
  it.each(patterns)('matches with %j exactly the names that Go matches', (pattern) => {
    const expected = new Map(
      vectors.filter((vector) => vector.pattern === pattern).map((vector) => [vector.name, vector]),
    )

    for (const name of names) {
      const vector = expected.get(name)
      expect([name, outcome(pattern, name)]).toEqual([name, vector?.err ?? vector?.match ?? false])
    }
  })

  it.each([
    ['a[', 'ab'],
    ['[^', 'a'],
    ['[a-', 'a'],
    ['a\\', 'a'],
  ])('refuses the malformed pattern %j', (pattern, name) => {
    expect(() => filepathMatch(pattern, name)).toThrow(new SyntaxError('syntax error in pattern'))
  })
})
