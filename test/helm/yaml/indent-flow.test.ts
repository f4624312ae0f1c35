/** Texts that js-yaml refuses because of their indentation, and go-yaml reads: each was tried with go-yaml. */
import { describe, expect, it } from 'vitest'
import { parseYaml, type YamlValue } from '../../../src/helm/yaml/yaml.js'
import { indentFlow } from '../../../src/helm/yaml/indent-flow.js'

function plain(value: YamlValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  return Array.isArray(value) ? (value as readonly YamlValue[]).map(plain) : value
}

const read = (text: string): unknown => plain(parseYaml(text).value)

describe('indentFlow', () => {
  it.each([
    ['brackets right below their key', 'a: [\n  x\n]\nb: {\n}\n', { a: ['x'], b: {} }],
    ['brackets below the key of a list', '- a:\n  - [x,\nz\n]', [{ a: [['x', 'z']] }]],
    ['braces below a key deep inside', 'a:\n    b: {\n  c: x,\nd: [\n]}', { a: { b: { c: 'x', d: [] } } }],
    ['double quotes over lines', 'a: "x\ny\n\nz"', { a: 'x y\nz' }],
    ['single quotes over lines', "a: 'it''s\ny'", { a: "it's y" }],
    ['quotes over lines behind a question mark in braces', '{? "x\ny" : z}', { 'x y': 'z' }],
    ['quotes behind a tag', 'a: !!str "x\ny"', { a: 'x y' }],
    ['brackets behind an anchor', 'a: &x [\n]\nb: *x', { a: [], b: [] }],
    ['tabs before brackets', 'a:\t[x]\nb:\t{}', { a: ['x'], b: {} }],
    ['tabs before an anchor and a tag', 'a:\t&x\t!y\t[z]\nb:\t&y {}', { a: ['z'], b: {} }],
    ['tabs within brackets', 'a: [\n\tx,\n\t"y"\n\t]', { a: ['x', 'y'] }],
    [
      'tabs before words in brackets',
      'a: [{b:\tx,\tc: \t"y\tz"},\t[\tx\ty]]',
      { a: [{ b: 'x', c: 'y\tz' }, ['x\ty']] },
    ],
    [
      'words that are nothing but a dash',
      'a: [-, -x,-]\nb: {c: - , d: -\t}',
      { a: ['-', '-x', '-'], b: { c: '-', d: '-' } },
    ],
    ['a comment right behind quotes', 'a: "x"# c\nb: \'x\'#c', { a: 'x', b: 'x' }],
    ['comments right behind brackets and commas', 'a: []# c\nb: [#c\nx,#c\n"z"#]\n]# c', { a: [], b: ['x', 'z'] }],
    ['a comment right behind the head of a block scalar', 'a: |#c\n  x\nb: >-# c\n  x\n', { a: 'x\n', b: 'x' }],
    ['quotes and brackets in comments', 'a: [ # it\'s "\n] # [\nb: x', { a: [], b: 'x' }],
    ['quotes within words', 'a: [it\'s,\nx"y\n]', { a: ["it's", 'x"y'] }],
    ['brackets within quotes', 'a: ["]",\n\'[{\'\n]', { a: [']', '[{'] }],
    ['an escaped quote', 'a: "it\\\'s"', { a: "it's" }],
    ['a line that a backslash continues', 'a: "x\\\ny"', { a: 'xy' }],
    ['an explicit key', '? a\n: [\n]', { a: [] }],
    ['JSON in braces', 'a: {\n"b":"c",\n"d":[1,\n2]\n}', { a: { b: 'c', d: [1n, 2n] } }],
    ['lines that end as on Windows', 'a: [\r\nx\r\n]\r\nb: "x\r\ny"', { a: ['x'], b: 'x y' }],
  ])('makes %s readable, also below a comment', (_, text, value) => {
    expect(read(text)).toEqual(value)
    expect(read(`# It's a "comment" [\n${text}`)).toEqual(value)
  })

  it.each([
    ['a block scalar', 'a: |\n  it\'s "x\n  [\n\n   {\nb: [\n]', { a: 'it\'s "x\n[\n\n {\n', b: [] }],
    ['a block scalar in a list', '- |\n  "x\n- [\n]', ['"x\n', []]],
    ['a folded scalar with a header', "a: >-2 # it's\n    'x\nb: [\n]", { a: "  'x", b: [] }],
    ['a block scalar whose key has an anchor', '&x a: |\n  "\nb: [\n]', { a: '"\n', b: [] }],
    ['a block scalar whose key has a tag', '!t a: |\n  x\n   "y\nb: [\n]', { a: 'x\n "y\n', b: [] }],
    ['a plain scalar over lines', 'a: it\'s\n  "x\n  [\nb: [\n]', { a: 'it\'s "x [', b: [] }],
  ])('does not change %s, where quotes and brackets are text', (_, text, value) => {
    expect(read(text)).toEqual(value)
  })

  it.each([
    ['{\n\t"port": 80\n}', { port: 80n }],
    ['{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n', { a: { b: 1n } }],
    ['[\n\t1,\n\t2\n\t\n]', [1n, 2n]],
    ['  {\n\t"a": true\n\t,\n\t"b": "x\n\ty"\n\t}', { a: true, b: 'x y' }],
    ['---\n{\n\t"a": 1 # x\n\t# y\n}\n', { a: 1n }],
    ['a: [\n \t1\n \t]', { a: [1n] }],
    ['- - [\n   1\n   \t]', [[[1n]]]],
    ['a: [\n\t"x"\n\t, *y\n\t]\n'.replace('*y', '&y z,*y'), { a: ['x', 'z', 'z'] }],
  ])('reads tabs that indent a further line where go-yaml does: %j', (text, value) => {
    expect(read(text)).toEqual(value)
  })

  it.each([
    ['a: [\n\t1\n\t]', 'line 3: found a tab character that violates indentation'],
    ['a: {\n\tb: 1\n\t}', 'line 3: found a tab character that violates indentation'],
    ['a: [\n 1\n\t]', 'line 3: found a tab character that violates indentation'],
    ['a:\n  - [\n\t1\n \t]', 'line 4: found a tab character that violates indentation'],
    ['a: [x\n\n\ty]', 'line 3: found a tab character that violates indentation'],
    ['a: [x\n\t# c\n]', 'line 2: found a tab character that violates indentation'],
  ])('refuses tabs behind an unquoted word in brackets where go-yaml does: %j', (text, message) => {
    expect(() => read(text)).toThrow(new SyntaxError(message))
  })

  it.each(['a:\n\t[1]', '\t{\n\t}\n', '\n\t{"a": 1}'])(
    'refuses a tab before brackets on a line of their own: %j',
    (text) => {
      expect(() => read(text)).toThrow(SyntaxError)
    },
  )

  it('does not mend what is not YAML, and keeps the number of the line of the error', () => {
    expect(() => read('a: [\n]\nb: [\nc\n')).toThrow(
      new SyntaxError('line 5: unexpected end of the stream within a flow collection'),
    )
    expect(() => read('a: [\n]\nb: "\n')).toThrow(
      new SyntaxError('line 4: unexpected end of the stream within a double quoted scalar'),
    )
  })

  it('limits the size of its result, and its time', () => {
    const wide = `${' '.repeat(100_000)}a: [${'\n'.repeat(100_000)}]`
    const comments = `a: [${'\n#'.repeat(500_000)}]`

    expect(indentFlow(wide).length).toBeLessThan(wide.length + 17 * 1024 * 1024)
    expect(indentFlow(comments).length).toBe(comments.length + 500_000)
  })
})
