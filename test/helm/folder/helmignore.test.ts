import { describe, expect, it } from 'vitest'
import { parseHelmignore } from '../../../src/helm/folder/helmignore.js'

describe('parseHelmignore', () => {
  it.each<[rules: string, ignored: string[], kept: string[]]>([
    ['*.md', ['README.md', 'docs/x.md'], ['Chart.yaml', 'docs']],
    ['/x', ['x'], ['a/x']],
    ['a/x', ['a/x'], ['b/a/x']],
    ['docs/', ['docs'], ['docs.md']],
    ['!README.md', ['Chart.yaml', 'docs'], ['README.md']],
    ['*.md\n!README.md', ['README.md', 'Chart.yaml'], []],
    ['# all\n\n  x  ', ['x'], ['a']],
    ['', ['templates/.x'], ['templates/a/.x', '.x']],
  ])('ignores by the rules %j, of which the first that decides counts', (rules, ignored, kept) => {
    const isIgnored = parseHelmignore(rules)

    const found = [...ignored, ...kept].filter((path) => isIgnored(path, path === 'docs'))
    expect(found).toEqual(ignored)
  })

  it('refuses a double star as Helm does', () => {
    expect(() => parseHelmignore('**/x')).toThrow(new SyntaxError('double-star (**) syntax is not supported'))
  })

  it('takes no time for a line with very many blanks', () => {
    expect(parseHelmignore(`a${' '.repeat(500_000)}b`)('a', false)).toBe(false)
  })

  it('refuses a malformed pattern', () => {
    expect(() => parseHelmignore('fine\na[\n')).toThrow(new SyntaxError('syntax error in pattern'))
  })

  it('never ignores the chart itself', () => {
    expect(parseHelmignore('*').call(undefined, '.', true)).toBe(false)
  })

  it('reads lines that end as on Windows', () => {
    expect(parseHelmignore('# all text\r\n*.txt\r\n')('a.txt', false)).toBe(true)
  })
})
