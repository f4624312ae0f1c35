import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countPossibleTokens, countTokens } from '../../../src/helm/metadata/count-tokens.js'
import { parseYaml } from '../../../src/helm/yaml/yaml.js'
import { assertProperty } from '../../support/seeds.js'

describe('countTokens()', () => {
  it.each([
    ['', 0],
    ['a', 0],
    ['a: 1\nb: 2\n', 4],
    ['[a, b, {c: d}]', 5],
    ['- - ? a\n', 4],
    ['a-b: c?d\n', 2],
    ['&a !b x', 2],
    ['a\rb\u0085c\n', 3],
    ['# a, b: [c]\n  # d, e\na: 1\n', 4],
    ['"\n# a", [b, c]\n', 5],
    ['a: "\n# it\'s [b, c]"\n', 5],
  ])('counts in %j', (text, tokens) => {
    expect(countTokens(Buffer.from(text))).toBe(tokens)
  })

  it('does not treat a byte of UTF-16 as the beginning of a comment', () => {
    const text = '\ufeffa\n\u0123, [b, c]\n'
    expect(countTokens(Buffer.from(text, 'utf16le'))).toBe(5)
  })

  it('counts no fewer than a third of the values, whatever the text', async () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('ab \n\n--:,[]{}#&!|>"\'?\t\\\r\u0085')),
      maxLength: 40,
    })
    await assertProperty(
      fc.property(text, (yaml) => {
        let size: number
        try {
          ;({ size } = parseYaml(yaml))
        } catch {
          return
        }
        expect(size).toBeLessThanOrEqual(3 * countTokens(Buffer.from(yaml)) + 1)
        expect(countPossibleTokens(Buffer.from(yaml))).toBeGreaterThanOrEqual(countTokens(Buffer.from(yaml)))
      }),
      4000,
    )
  })
})
