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
  ])('applies the rules %j: the first that decides counts', (rules, ignored, kept) => {
    const isIgnored = parseHelmignore(rules)

    const found = [...ignored, ...kept].filter((path) => isIgnored(path, path === 'docs'))
    expect(found).toEqual(ignored)
  })

  it('refuses a double star as Helm does', () => {
    expect(() => parseHelmignore('**/x')).toThrow(new SyntaxError('double-star (**) syntax is not supported'))
  })

  it('needs little time for a line with very many blanks', () => {
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

  describe('compares no more than it must', () => {
    const countFor = (rules: string, path: string): number => {
      let count = 0
      parseHelmignore(rules, (comparisons) => (count += comparisons))(path, false)
      return count
    }
    const name = 'a'.repeat(200)

    it.each([
      ['plain names', Array.from({ length: 1000 }, (_, at) => `name-${at}`).join('\n')],
      ['a rule that is there often', '*x*y\n'.repeat(1000)],
      ['a rule that is longer than the name', `*${'a'.repeat(1000)}`],
    ])('with %s', (_, rules) => {
      // Helm's own rule for the dotfiles of templates is compared, too.
      expect(countFor(rules, name)).toBeLessThan(3 * name.length)
    })

    it('with many stars: each part is looked for once', () => {
      const [few, many] = [countFor(`${'*a'.repeat(20)}*b`, name), countFor(`${'*a'.repeat(40)}*b`, name)]

      expect(many).toBeLessThan(2.5 * few)
      expect(countFor('*a*a*b*', name.repeat(2))).toBeLessThan(2.5 * countFor('*a*a*b*', name))
    })

    it('with a class of very many characters, which counts as one', () => {
      const letters = Array.from({ length: 10_000 }, (_, at) => String.fromCodePoint(0x4e00 + at)).join('')

      expect(countFor(`[${letters}]b`, 'ab')).toBeLessThan(10)
      expect(parseHelmignore(`[${letters}]b`)('\u4e05b', false)).toBe(true)
    })
  })

  it.each([
    ['', 3],
    ['a\nb/c\n/d\ne/', 3],
    ['*.md\n[a-z]?x', 9],
    ['!abc', 6],
    ['*.md\n*.md', 6],
  ])('counts for the rules %j how many characters must match', (rules, length) => {
    // With those of Helm's own rule, "templates/.?*".
    expect(parseHelmignore(rules).patternLength).toBe(length + 'templates/.?'.length - 3)
  })
})
