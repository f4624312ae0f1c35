/** Texts that go-yaml, which Helm uses, and js-yaml read differently: each case was tried with go-yaml. */
import { describe, expect, it } from 'vitest'
import { parseYaml, type YamlValue } from '../../../src/helm/yaml/yaml.js'

function plain(value: YamlValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  return Array.isArray(value) ? (value as readonly YamlValue[]).map(plain) : value
}

const read = (text: string): unknown => plain(parseYaml(text).value)

const ANCHOR = 'did not find expected alphabetic or numeric character'
const TAG = 'did not find expected whitespace or line break'
const COLON = 'found a colon without a blank behind it in brackets'
const QUESTION = 'found a question mark in a word in brackets; put it in quotes'
const NESTED = 'mapping values are not allowed in this context'

describe('parseYaml, of lines, quotes and block scalars', () => {
  it.each([
    ['a: x\u0085b: z', { a: 'x', b: 'z' }],
    ['a: |\n  x', { a: 'x' }],
    ['a: |\n  x\n', { a: 'x\n' }],
    ['a: |\n  x\n  ', { a: 'x\n' }],
    ['a: |\n\n  x', { a: '\nx' }],
    ['a: |+\n  x', { a: 'x' }],
    ['a: |+\n  x\n\n', { a: 'x\n\n' }],
    ['a: >\n  x\n  y', { a: 'x y' }],
    ['a: |\n  x\n# c', { a: 'x\n' }],
    ['%YAML 1.1\n---\na: x', { a: 'x' }],
    ['%TAG ! tag:example.com,2000:\n---\na: x', { a: 'x' }],
    ['a: x\n...\n]', { a: 'x' }],
    ['a: x\r...\r]', { a: 'x' }],
    ['a: x\n--- ]', { a: 'x' }],
    ['a: "x\u2028y"', { a: 'x\u2028y' }],
    ['a: |2\n  \tx', { a: '\tx' }],
    ['a: |\n  x\n  \ty', { a: 'x\n\ty' }],
    ["a: ' \u2028\u2029  it''s'", { a: "\u2028\u2029it's" }],
    ['a: "x\n\ty"\nb: \'x\n\ty\'', { a: 'x y', b: 'x y' }],
    ['a: "\\\\/"', { a: '\\/' }],
    ['a: "\\\\ud800"', { a: '\\ud800' }],
    ['a: "x\\\n   y"', { a: 'xy' }],
    ['a: "x \\\n \n\t\n  y"', { a: 'x \n\ny' }],
    ['a: "x\\\\\n\n y"', { a: 'x\\\ny' }],
    ['a: "x\\\r\n  \r\n y"', { a: 'x\ny' }],
    ["a: 'x\\\n\n y'", { a: 'x\\\ny' }],
  ])('reads %j', (text, value) => {
    expect(read(text)).toEqual(value)
  })

  it.each([
    ['%YAML 1.2\n---\na: x', 'found incompatible YAML document'],
    ['%FOO bar\n---\na: x', 'found unknown directive name'],
    ['...\na: x', 'did not find expected node content'],
    ['a: x\n\t\nb: y', 'line 2: found a tab character that violates indentation'],
    ['a: x\n\t# c\nb: y', 'line 2: found a tab character that violates indentation'],
    ['\t\na: x', 'line 1: found a tab character that violates indentation'],
    ['a: |\n  x\n\t\n  y', 'line 4: bad indentation of a mapping entry'],
    ['a: x\r\t\rb: z', 'line 2: found a tab character that violates indentation'],
    ['a: x\n\ty', 'line 2: tab characters must not be used in indentation'],
    ['a: "x\n\ty"\n\t\nb: "x\n\ty"', 'line 3: found a tab character that violates indentation'],
    ['a: x\u2028y', 'line 1: found U+2028 or U+2029 outside of quotes'],
    ['a: x # \u2029', 'line 1: found U+2028 or U+2029 outside of quotes'],
    ['a: |\n  x\u2028b: y', 'line 2: found U+2028 or U+2029 outside of quotes'],
    ['a: |\n  \tx', 'found a tab character where an indentation space is expected'],
    ['a: >-\n\n   \tx', 'found a tab character where an indentation space is expected'],
    ['a: x # \x01', 'control characters are not allowed'],
    ['a: "\x7f"', 'control characters are not allowed'],
    ['a: "\\/"', 'found unknown escape character'],
    ['a: "\\ud83d\\ude00"', 'found invalid Unicode character escape code'],
    ['a: "\\U0000d800"', 'found invalid Unicode character escape code'],
    ['\t', 'line 1: found a tab character that violates indentation'],
    [' ---\n a: x', 'mapping values are not allowed in this context'],
    ['\n  %YAML 1.1\n---\na: x', 'mapping values are not allowed in this context'],
    ['a: !! x', 'did not find expected tag URI'],
    ['a: !!binary "?"', '!!binary value contains invalid base64 data'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(new SyntaxError(message))
  })

  it.each([
    ['lines of comments before the document', `${'#\n'.repeat(1_000_000)}a: x`],
    ['empty lines behind an escaped one', `a: "\\${'\n'.repeat(1_000_000)}"`],
    ['escaped lines', `a: "${'\\\n \n'.repeat(200_000)}"`],
    ['blanks before a line separator', `a: "${' '.repeat(500_000)}x\u2028"`],
    ['digits of base 64', `a: !!binary ${'A'.repeat(1_000_000)}`],
    ['words of a plain scalar, where brackets below each other are', `a: ${'x '.repeat(1_000_000)}\nb: [\n]`],
  ])('needs little time and stack for very many %s', (_, text) => {
    expect(Object.keys(read(text) as object)[0]).toBe('a')
  })

  it('needs little time for many tabs at the beginning of lines, in quotes', () => {
    const text = `a:\n${'- "x\n\ty"\n'.repeat(50_000)}`

    expect((read(text) as { a: unknown[] }).a).toHaveLength(50_000)
  })
})

describe('parseYaml, of anchors, tags and words in brackets', () => {
  it.each([
    ['a: &x-1_Y b\nc: [*x-1_Y, &d e]', { a: 'b', c: ['b', 'e'] }],
    ['a: !x/y.z:1@b', { a: '' }],
    ["a: !b's b", { a: 'b' }],
    ['a: !%41 b\nc: !<x:y> d\ne: ! f', { a: 'b', c: 'd', e: 'f' }],
    ['a: !x\n  b: c\nd: &y !x\n  - e', { a: { b: 'c' }, d: ['e'] }],
    ['a:\n  !x b: &y c', { a: { b: 'c' } }],
    ['- !x a: b', [{ a: 'b' }]],
    ['? a\n: !x b', { a: 'b' }],
    ['a: [b:c, "d?", e]', { a: ['b:c', 'd?', 'e'] }],
    ['a: b?c\nd?: :e', { a: 'b?c', 'd?': ':e' }],
    ['a: {? b : c}', { a: { b: 'c' } }],
    ['a: ["b":c, http://x/y:1]', { a: [{ b: 'c' }, 'http://x/y:1'] }],
  ])('reads %j', (text, value) => {
    expect(plain(parseYaml(text).value)).toEqual(value)
  })

  it.each([
    ['a: &1.16 b', ANCHOR],
    ['a: &é b', ANCHOR],
    ['a: &| b', ANCHOR],
    ['a: &"b"', ANCHOR],
    ['a: [&b? c]', ANCHOR],
    ['a: !b#c d', TAG],
    ['a: !<b#c> d', TAG],
    ['a: [!{b: c}]', TAG],
    ['a: !b c: d', NESTED],
    ['a: &b c: d', NESTED],
    ['- a: !b c: d', NESTED],
    ['a: [b?c]', QUESTION],
    ['a: {b?: c}', QUESTION],
    ['a: [https://x/?y=z]', QUESTION],
    ['a: [:b]', COLON],
    ['a: {b:[c]}', COLON],
  ])('refuses %j', (text, message) => {
    expect(() => parseYaml(text)).toThrow(new SyntaxError(message))
  })

  it.each([
    ['a: [b:]', COLON],
    ['a: {b:}', COLON],
    ['a: {b:, c: d}', COLON],
    ['a: [?b]', QUESTION],
    ['a: {?b: c}', QUESTION],
    ['a: [!b, c]', TAG],
    ['a: !b,c d', 'line 1: tag suffix cannot contain flow indicator characters'],
    ['a: &b:c d', ANCHOR],
  ])('refuses %j, which go-yaml reads otherwise than it is meant', (text, message) => {
    expect(() => parseYaml(text)).toThrow(new SyntaxError(message))
  })
})
