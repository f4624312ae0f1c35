import { describe, expect, it } from 'vitest'
import { formatYaml, parseYaml, type YamlValue } from '../../../src/helm/yaml/yaml.js'

/** Maps as objects, to compare them in one line. */
function plain(value: YamlValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item as YamlValue)]))
  return Array.isArray(value) ? value.map(plain) : value
}

describe('parseYaml', () => {
  it.each([
    ['an empty text', '', null],
    ['comments alone', '# nothing\n', null],
    ['null', '~\n', null],
    ['an empty first document', '---\n---\na: b\n', null],
    ['the first document only', 'a: b\n---\n{ not: yaml', { a: 'b' }],
    ['the first document after directives', '%YAML 1.1\n# x\n---\na: b\n...\n}}', { a: 'b' }],
    ['a byte order mark', '\uFEFFa: b', { a: 'b' }],
    ['quoted scalars as text', 'a: "1"\nb: \'yes\'\nc: !!str 1.0\nd: ! 2', { a: '1', b: 'yes', c: '1.0', d: '2' }],
    ['keys of any type as text', '1: a\nyes: b\n1.50: c\n.inf: d', { 1: 'a', true: 'b', 1.5: 'c', '.inf': 'd' }],
    ['the largest whole number as a key', '9223372036854775807: a', { '9223372036854775807': 'a' }],
    ['aliases', 'a: &x [b]\nc: *x', { a: ['b'], c: ['b'] }],
    [
      'a merge where it stands',
      'x: &x {a: 1, b: 1}\nz: {a: 2, <<: *x, b: 3}',
      { x: { a: 1n, b: 1n }, z: { a: 1n, b: 3n } },
    ],
    ['the first of merged maps over the second', 'z: {<<: [{a: 1}, {a: 2, b: 2}]}', { z: { a: 1n, b: 2n } }],
    ['a quoted merge key as a key', '"<<": a', { '<<': 'a' }],
  ])('reads %s', (_, text, value) => {
    expect(plain(parseYaml(text).value)).toEqual(value)
  })

  it('takes the last of duplicate keys and reports them', () => {
    const document = parseYaml('a: 1\nb: {c: 1, c: 2}\na: 3\n')

    expect(plain(document.value)).toEqual({ a: 3n, b: { c: 2n } })
    expect(document.duplicateKeys).toEqual(['c', 'a'])
  })

  it.each([
    [
      'a block scalar right below its key',
      'a:\n|\n  x\n',
      'line 2: end of the stream or a document separator is expected',
    ],
    ['a value behind the first one', ' a: 1\nb: 2\n', 'line 2: end of the stream or a document separator is expected'],
    ['a null key in what a later key replaces', 'a: {~: x}\na: y\n', 'a key is null'],
  ])('refuses %s, which go-yaml reads', (_, text, message) => {
    expect(() => parseYaml(text)).toThrow(new SyntaxError(message))
  })

  it.each([
    ['a key in braces on another line than its colon', '{a\n: b}', { a: 'b' }],
    ['a key in braces over lines', '{a\nb: c, "d\n e": f}', { 'a b': 'c', 'd e': 'f' }],
  ])('reads %s, which go-yaml refuses', (_, text, value) => {
    expect(plain(parseYaml(text).value)).toEqual(value)
  })

  it('keeps __proto__ as a key like any other', () => {
    const { value } = parseYaml('__proto__: {polluted: true}')

    expect((value as ReadonlyMap<string, unknown>).has('__proto__')).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 9; level++) {
    const [name, before] = [String.fromCharCode(97 + level), String.fromCharCode(96 + level)]
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`)
  }

  it.each([
    ['a merge bomb', mergeBomb(5000, '*a'), 'document contains excessive aliasing'],
    [
      'a merge bomb of lists',
      mergeBomb(5000, `[${Array(50).fill('*a').join(', ')}]`),
      'document contains excessive aliasing',
    ],
    ['an alias bomb', bomb.join('\n'), 'document contains excessive aliasing'],
    [
      'aliases that nest without end',
      Array.from({ length: 90 }, (_, at) => `a${at}: &a${at} ${'['.repeat(50)}*a${at - 1}${']'.repeat(50)}`)
        .join('\n')
        .replace('*a-1', 'x'),
      'aliases nest deeper than 1000 levels',
    ],
    ['an anchor in itself', 'a: &a [*a]', "anchor 'a' value contains itself"],
    ['an unknown anchor', 'a: *b', "unknown anchor 'b' referenced"],
    ['a merge of a scalar', 'a: {<<: b}', 'map merge requires map or sequence of maps as the value'],
    ['a list as a key', '[a]: b', 'a key is a list or a mapping'],
    ['no key', '~: b', 'a key is null'],
    ['a whole number that needs all 64 bits as a key', '9223372036854775808: b', 'unsupported map key of type: uint64'],
    ['deep nesting', '['.repeat(101), 'line 1: nesting exceeded maxDepth (100)'],
    ['what is not YAML', 'a: b\n}', 'line 2: end of the stream or a document separator is expected'],
    ['a NUL', 'a: \0', 'control characters are not allowed'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseYaml(text)).toThrow(new SyntaxError(message))
  })
})

describe('formatYaml', () => {
  it.each([
    'yes',
    '1.10',
    '0o17',
    '1_000',
    '12:30',
    '~',
    '',
    ' a',
    'a: b',
    '- a',
    'a\nb\n',
    '\u0085',
    '😀',
    '<<',
    '=',
    '017',
    '0X0',
    '.1_1',
    '0b1',
  ])('writes %j so that it is read back as the same text', (text) => {
    expect(plain(parseYaml(formatYaml({ [text]: [text] })).value)).toEqual({ [text]: [text] })
  })

  it.each([
    ['lines', { text: 'a\n- b: #c\n'.repeat(30_000) }],
    ['what is not printed', { text: '\u0001\u0085\u2028"'.repeat(60_000) }],
    ['a long key', { list: [{ ['": '.repeat(100_000)]: 'x' }], ['k'.repeat(2000)]: ['"a": "b"'] }],
  ])('writes what is long so that it is read back: %s', (_, value) => {
    expect(plain(parseYaml(formatYaml(value)).value)).toEqual(value)
  })
})

describe('parseYaml() and merge bombs', () => {
  it('stops before the values are all there, and lets charts merge what charts merge', () => {
    const keys = 20_000
    const before = process.memoryUsage().heapUsed

    expect(() => parseYaml(mergeBomb(keys, '*a'))).toThrow('document contains excessive aliasing')

    // Expanded, these would be 400 million entries.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(300 * 1024 * 1024)
    expect(() => parseYaml(mergeBomb(50, '*a'))).not.toThrow()
  })
})

/** A mapping of many keys, and as many mappings that merge it. */
function mergeBomb(count: number, value: string): string {
  const keys = Array.from({ length: count }, (_, i) => `k${i}: 1`).join(', ')
  return [`a: &a {${keys}}`, ...Array.from({ length: count }, (_, i) => `b${i}: {<<: ${value}}`)].join('\n')
}
