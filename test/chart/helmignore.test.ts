import { describe, expect, it } from 'vitest'
import { parseHelmignore } from '../../src/chart/helmignore.js'
import { golden } from './golden.js'

describe('parseHelmignore', () => {
  it.each(golden.helmignore.filter(({ err }) => !err))('ignores for $rules what Helm ignores', ({ rules, ignored }) => {
    const isIgnored = parseHelmignore(rules)

    const found = golden.paths.filter((path) => isIgnored(path.replace(/\/$/, ''), path.endsWith('/')))
    expect(found.toSorted()).toEqual([...ignored].toSorted())
  })

  it.each(golden.helmignore.filter(({ err }) => err))('refuses $rules as Helm does', ({ rules, err }) => {
    expect(() => parseHelmignore(rules)).toThrow(new SyntaxError(err))
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
