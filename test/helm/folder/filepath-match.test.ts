import { describe, expect, it } from 'vitest'
import { filepathMatch } from '../../../src/helm/folder/filepath-match.js'

describe('filepathMatch', () => {
  it.each<[pattern: string, name: string, isMatch: boolean]>([
    ['*', 'a', true],
    ['*', 'a/b', false],
    ['a*b', 'a--b', true],
    ['a?b', 'a/b', false],
    ['a?b', 'aüb', true],
    ['[a-c]', 'b', true],
    ['[^a-c]', 'b', false],
    ['\\*', '*', true],
    ['a', 'ab', false],
  ])('matches with %j the whole name %j: %s', (pattern, name, isMatch) => {
    expect(filepathMatch(pattern, name)).toBe(isMatch)
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
