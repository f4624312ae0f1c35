import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatGoJson, goMap } from '../../../src/oras/oci/go-json.js'
import { assertProperty } from '../../support/seeds.js'

describe('formatGoJson()', () => {
  it.each<[promise: string, value: Parameters<typeof formatGoJson>[0], json: string]>([
    ['null', null, 'null'],
    ['undefined alone as null', undefined, 'null'],
    ['true', true, 'true'],
    ['false', false, 'false'],
    ['0', 0, '0'],
    ['-0 with its sign', -0, '-0'],
    ['the largest safe integer', 2 ** 53 - 1, '9007199254740991'],
    ['a fraction', 0.1, '0.1'],
    ['the first number with an exponent', 1e21, '1e+21'],
    ['the last number without one', 1e20, '100000000000000000000'],
    ['a small number with an exponent', 1e-7, '1e-7'],
    ['the smallest without one', 0.000001, '0.000001'],
    ['an empty string', '', '""'],
    ['quotes and backslashes', '"\\/', '"\\"\\\\/"'],
    ['the control characters with a short form', '\b\f\n\r\t', '"\\b\\f\\n\\r\\t"'],
    ['the other control characters', '\u0000\u0001\u001f\u007f', '"\\u0000\\u0001\\u001f\u007f"'],
    ['what is dangerous in HTML', '<a href="x">&amp;</a>', '"\\u003ca href=\\"x\\"\\u003e\\u0026amp;\\u003c/a\\u003e"'],
    ['the line separators of JavaScript', '\u2028\u2029', '"\\u2028\\u2029"'],
    ['text beyond ASCII as it is', 'é 中 \u{1f600} \ufffd', '"é 中 \u{1f600} \ufffd"'],
    ['a lone high surrogate', 'a\ud800b', '"a\\ufffdb"'],
    ['a lone low surrogate', 'a\udc00', '"a\\ufffd"'],
    ['surrogates in the wrong order', '\udc00\ud800', '"\\ufffd\\ufffd"'],
    ['an empty list', [], '[]'],
    ['a list', [1, 'a', null, [true]], '[1,"a",null,[true]]'],
    ['an empty object', {}, '{}'],
    ['objects in their order', { b: 1, a: 2 }, '{"b":1,"a":2}'],
    ['no members that are undefined', { b: undefined, a: null }, '{"a":null}'],
    ['special characters in names', { '<\n>': 1 }, '{"\\u003c\\n\\u003e":1}'],
    ['an empty map', new Map(), '{}'],
    [
      'maps by their keys',
      new Map([
        ['b', 1],
        ['a', 2],
      ]),
      '{"a":2,"b":1}',
    ],
    [
      'integer-like keys of maps by their text',
      new Map([
        ['10', 1],
        ['9', 2],
        ['a', 3],
        ['', 4],
      ]),
      '{"":4,"10":1,"9":2,"a":3}',
    ],
    [
      'maps by the bytes of their keys, not by UTF-16',
      new Map([
        ['\u{1f600}', 1],
        ['\uff5e', 2],
        ['Z', 3],
        ['é', 4],
        ['z', 5],
      ]),
      '{"Z":3,"z":5,"é":4,"\uff5e":2,"\u{1f600}":1}',
    ],
    [
      'a shorter key before a longer one',
      new Map([
        ['ab', 1],
        ['a', 2],
      ]),
      '{"a":2,"ab":1}',
    ],
    [
      'no entries that are undefined',
      new Map([
        ['a', undefined],
        ['b', 1],
      ]),
      '{"b":1}',
    ],
    ['the key __proto__ of a map', new Map([['__proto__', 'x']]), '{"__proto__":"x"}'],
  ])('writes %s', (_, value, json) => {
    expect(formatGoJson(value)).toBe(json)
  })

  it('writes what JSON.parse() reads back, whatever the text and the keys', async () => {
    const texts = fc.string({ unit: 'grapheme' })

    await assertProperty(
      fc.property(fc.dictionary(texts, texts), (record) => {
        expect(JSON.parse(formatGoJson(new Map(Object.entries(record))))).toEqual(record)
      }),
      1000,
    )
  })

  it('writes the same text for the same map, however it was filled', async () => {
    await assertProperty(
      fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' })), (keys) => {
        const one = new Map(keys.map((key) => [key, 1]))
        const other = new Map(keys.toReversed().map((key) => [key, 1]))
        expect(formatGoJson(one)).toBe(formatGoJson(other))
      }),
    )
  })
})

describe('goMap()', () => {
  it.each([undefined, {}])('omits %o, as omitempty does', (record) => {
    expect(goMap(record)).toBeUndefined()
  })

  it('keeps every own entry, __proto__ included', () => {
    const record = JSON.parse('{"2":"b","1":"a","__proto__":"x"}') as Record<string, string>

    expect(formatGoJson(goMap(record))).toBe('{"1":"a","2":"b","__proto__":"x"}')
  })
})
