/** Oddities of Chart.yaml: texts, numbers and dates in YAML, and the notation of the file. */
import fc from 'fast-check'
import { oddities, oddity, type Oddity } from './random-draft.js'

type Texts = fc.Arbitrary<string>
const pick = (...texts: readonly string[]): Texts => fc.constantFrom(...texts)

const TEXT_FIELDS = ['home', 'description', 'icon', 'condition', 'tags', 'appVersion', 'kubeVersion'] as const

const number = fc.oneof(
  fc.integer().map(String),
  fc.float({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.nat({ max: 99 }), fc.nat({ max: 999 })).map(([whole, part]) => `${whole}.${part}0`),
  fc.tuple(fc.nat({ max: 99 }), fc.integer({ min: -50, max: 50 })).map(([whole, power]) => `${whole}e${power}`),
  fc.tuple(pick('0x', '0o', '0b', '0', '+', '-'), fc.nat()).map(([prefix, value]) => prefix + value.toString(8)),
)
/** What fits into a text, more or less. */
// prettier-ignore
const value = fc.oneof(
  number,
  pick(
    ...'1.10 1.0 0x1F 017 0o17 0b101 1_000 1e3 .5 5. -0 +1 1e400 16777217.0 1.5e-7 1_0.5 true yes No off y N nUll'.split(' '),
  ),
  pick('18446744073709551615', '18446744073709551616', '-9223372036854775809', '123456789012345678901234567890'),
  pick('~', 'null', 'NULL', '', '""', "''", '" "', '"1.10"', "'yes'", '!!str 1.10', '!!float 3', '!!binary aGVsbG8=', '! 12'),
  pick('2024-01-01', '2001-12-14t21:59:43.10-05:00', '12:30:45', '190:20:30', '2024-13-45'),
  pick('"\\u00e9\\x41\\t"', '"\\x7f"', '"\\0"', '"\\e[31m"', '"\\U0001F600"', '"\\_\\N\\L\\P"', '"<\\u2028>"', '"\\u200b"'),
  pick('"a\\\n   b"', '|\n  one\n  two', '>-\n  one\n  two\n\n  three', '|+\n  x\n\n', '>\n  a\n   b\n', 'one\n  two'),
  pick('ünï', '日本', '😀', 'e\u0301', '"a\tb"', 'a\u00a0b', 'a\u200bb', '<a & b>', "it''s", "'it''s'", 'a # b', 'a#b'),
)
// prettier-ignore
const scalar = fc.oneof(
  { weight: 2, arbitrary: value },
  pick('.inf', '-.Inf', '.nan', '!!int "3"', '!!int 3.5', '!!bool yes', '!!null ""', '!!null x', '!!binary "#"', '!custom x'),
  pick('!!timestamp 2024-01-01', '!!seq x', '!!set {a, b}', '"\\q"', '"\\ud83d\\ude00"', '|2\n   x', '"open', "'open", '"a" b'),
  pick('a: b', '[a, b]', '{a: b}', '- x', '*x', '&a text', '&a', '#', '@x', '`x`', '%x', '? x', ', x', '}', 'a:', ':a'),
  pick('a\tb', 'a\u0085b', '\ufeffx', 'a\u2028b', '"a\u2028 b"', '<<', '=', '-', '--', '---', '...', '-1-'),
)
/** For all text fields at once. */
const texts: fc.Arbitrary<Oddity> = fc.array(value, { minLength: 7, maxLength: 7 }).map((drawn) => ({
  what: `texts ${JSON.stringify(drawn)}`,
  apply: ({ fields }) => drawn.forEach((text, at) => fields.set(TEXT_FIELDS[at] ?? '', text)),
}))

// prettier-ignore
const name = pick(
  ...'My.Chart my_chart . .. ... ..x x.. a..b a/b / a/ /a a\\b c: C:/x c:x 日本 é - _x .x con 1.0 yes 2024-01-01'.split(
    ' ',
  ),
  'my chart', '" x"', '"a\\tb"', '"a\\0b"', '"a\\nb"', '"\\u200bx"', '"\\u200b"', 'e\u0301', '"\\ud800"',
  'a\u00a0b', '~',
  ...[50, 90, 150, 200, 243, 250, 256].map((length) => 'x'.repeat(length)),
  'é'.repeat(100),
)
const version = pick(
  ...'v1.2.3 1 1.2 01.2.3 1.2.3-alpha.1 1.2.3+build.5 1.2.3-rc.1+meta 1.2.3-01 1.2.3+ 1.2.3- 1.2.3.4 latest'.split(' '),
  ...'1.2.x ^1.2.3 V1.2.3 1.2.3+a_b 18446744073709551615.0.0 18446744073709551616.0.0 1.02.3 1.2.3-0a'.split(' '),
  ...'1.2.3-a..b =1.2.3 1.0 1.10 1e3 0x10 1.2.3-ü ~ true 1.2.3/.. v v1 1.2.3+01 1.2.3-0 1.2.3-00'.split(' '),
  '" 1.2.3"',
  '"1.2.3 "',
  '""',
  '[1]',
  '"1.2.3\\n"',
  '!!str 1.10',
  `1.2.3-${'a'.repeat(260)}`,
)
// prettier-ignore
const annotations = pick(
  '{a: b}', '\n  a: 1\n  b: yes\n  c: 1.10\n  d: ~', '{}', '~', '[]', '[a]', 'text', '{a: [b]}', '{a: {b: c}}',
  '{a: }', '{1: a, 1.10: b, true: c, 2024-01-01: d}', '{~: a}', '{[a]: b}', '{{a: b}: c}', '{a: 1, a: 2}',
  '{A: 1, a: 2}', '{.inf: a}', '{"<": ">", "é": "\\u2028", "\\uff00": 1, "\\U0001F600": 2}', '{a: "\\x7f"}',
  '{a: "\\u0085 \\ufffe"}', '{"\\0": a}', '{org.opencontainers.image.title: x, org.opencontainers.image.created: y}',
  '{a: .inf}', '{a: "x\\ty\\nz"}', '{a: |\n  b}', '\n  a: &a b\n  c: *a', '\n  x: &x {a: b}\n  <<: *x',
  '\n  a: |\n    one\n     two\n  b: ""', '{a: " b ", c: "  "}', '{a b: c d}',
  '{12345678901234567890: x, 1e21: y, 0x10: z, 010: w}', '{__proto__: a, constructor: b}', '{10: a, 9: b, x: c}',
  '{"a": b, a: c}',
)
// prettier-ignore
const maintainers = pick(
  '[{name: a}]', '[null]', '[]', '~', '[a]', '{name: a}', '[{}]', '[{name: 1, email: true, url: ~}]',
  '[{name: [a]}]',
  '[{NAME: x, Email: y}]', '[{name: "a\\tb", url: "\\a"}]', '[{name: a, nmae: b}]',
  '\n- name: a\n  email: b\n- name: c',
  '[{name: a, name: b}]', '[{name: a, Name: b}]', '[{name: ~}, {email: x}]', '[[]]', '[{name: .inf}]',
  '[{x: .inf}]',
)
// prettier-ignore
const list = pick(
  '[]', '~', '[a, b]', '[1, 1.10, yes, ~]', '[~]', 'a', '{a: b}', '[[a]]', '\n- a\n- b', '\n  - "a\\tb"\n  -',
  '["\\x07", ""]',
  '[.inf]', '[.nan]', '[2024-01-01, 017]', '[a, b', '[a,, b]', '[a: b]', '!!str [a]', '\n- a\n b',
  '["<&>", "\\U0001F600"]',
)

const other = oddities({
  'unknown keys': ({ fields }) => fields.set('unknown', '{a: [1, {b: ~}], c: .5}').set('engine', 'gotpl'),
  'an unknown key of infinity': ({ fields }) => fields.set('unknown', '{a: [.inf]}'),
  'an unknown key of no number': ({ fields }) => fields.set('unknown', '.nan'),
  'an unknown list as a key': ({ fields }) => fields.set('unknown', '{[a]: b}'),
  'an unknown null key': ({ fields }) => fields.set('unknown', '{~: b}'),
  'no name': ({ fields }) => fields.delete('name'),
  'no version': ({ fields }) => fields.delete('version'),
  'no apiVersion': ({ fields }) => fields.delete('apiVersion'),
  'keys in other cases': ({ respell }) =>
    respell.push((text) => text.replace('name:', 'Name:').replace('type:', 'TYPE:')),
  'two cases of one key': ({ fields }) => fields.set('Description', 'other').set('NAME', 'other'),
  'a key twice': ({ respell }) => respell.push((text) => `${text}description: other\n`),
  'the name twice': ({ respell }) => respell.push((text) => `name: other\n${text}`),
  'keys in quotes': ({ respell }) =>
    respell.push((text) => text.replace('name:', '"name":').replace('type:', "'type' :")),
  'a question mark for a key': ({ respell }) => respell.push((text) => text.replace('name:', '? name\n:')),
  'a long s in a key': ({ respell }) => respell.push((text) => text.replace('version:', 'ver\u017fion:')),
  'an anchor and a merge': ({ respell }) =>
    respell.push((text) => `${text}x: &x {home: merged, type: library}\n<<: *x\n`),
  'a merge of a list': ({ respell }) =>
    respell.push((text) => `x: &x {home: one}\ny: &y {home: two}\n<<: [*x, *y]\n${text}`),
  'a merge of a text': ({ respell }) => respell.push((text) => `${text}<<: text\n`),
  'an unknown anchor': ({ respell }) => respell.push((text) => `${text}x: *nowhere\n`),
  'a fit of laughter': ({ respell }) =>
    respell.push(
      (text) =>
        `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n${text}`,
    ),
  'windows line ends': ({ respell }) => respell.push((text) => text.replaceAll('\n', '\r\n')),
  'old line ends': ({ respell }) => respell.push((text) => text.replaceAll('\n', '\r')),
  'a byte order mark': ({ respell }) => respell.push((text) => `\ufeff${text}`),
  'two byte order marks': ({ respell }) => respell.push((text) => `\ufeff\ufeff${text}`),
  'UTF-16': ({ respell }) => respell.push((text) => Buffer.from(`\ufeff${text}`, 'utf16le')),
  'UTF-16 the other way': ({ respell }) => respell.push((text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()),
  'UTF-16 without a mark': ({ respell }) => respell.push((text) => Buffer.from(text, 'utf16le')),
  'Latin 1': ({ respell }) => respell.push((text) => Buffer.from(`# é\n${text}`, 'latin1')),
  'a NUL': ({ respell }) => respell.push((text) => `${text}\0`),
  'a beginning of dashes': ({ respell }) => respell.push((text) => `---\n${text}`),
  'a beginning of dots': ({ respell }) => respell.push((text) => `...\n${text}`),
  'a second document': ({ respell }) => respell.push((text) => `${text}---\nname: other\n`),
  'no YAML behind the document': ({ respell }) => respell.push((text) => `${text}...\n]\tnonsense: [\n`),
  'two empty documents': ({ respell }) => respell.push((text) => `---\n---\n${text}`),
  'a directive': ({ respell }) => respell.push((text) => `%YAML 1.1\n---\n${text}`),
  'a directive of YAML 1.2': ({ respell }) => respell.push((text) => `%YAML 1.2\n---\n${text}`),
  'a directive without a document': ({ respell }) => respell.push((text) => `%TAG ! tag:x,2024:\n${text}`),
  comments: ({ respell }) => respell.push((text) => `# one\n\n${text.replace('\n', ' # two\n')}  # three`),
  'a tab before a comment': ({ respell }) => respell.push((text) => text.replace('\n', '\t# two\n')),
  'tabs for indentation': ({ respell }) => respell.push((text) => `${text}maintainers:\n\t- name: a\n`),
  'indentation of all': ({ respell }) => respell.push((text) => text.replace(/^/gm, '  ')),
  'uneven indentation': ({ respell }) => respell.push((text) => text.replace('version', ' version')),
  'no line end': ({ respell }) => respell.push((text) => text.trimEnd()),
  JSON: ({ respell }) => respell.push((text) => `{${text.trimEnd().replaceAll('\n', ', ')}}`),
  'no blanks behind colons': ({ respell }) => respell.push((text) => text.replaceAll(': ', ':')),
  'nothing at all': ({ respell }) => respell.push(() => ''),
  'a comment alone': ({ respell }) => respell.push(() => '# nothing\n'),
  'a list': ({ respell }) => respell.push((text) => text.replace(/^/gm, '- ')),
  'a text': ({ respell }) => respell.push(() => 'name'),
  'nested 99 levels': ({ fields }) => fields.set('unknown', '['.repeat(98) + ']'.repeat(98)),
})

/** Puts a character somewhere into the text, in place of up to two others. */
const spoiled: fc.Arbitrary<Oddity> = fc
  .tuple(
    fc.nat(),
    fc.nat({ max: 2 }),
    pick(...' \t\n\r:-#&*!|>\'"%@`{}[],?~0\0\u0085\u2028é\u{1F600}'.split(''), '', ': ', '\n ', ' #'),
  )
  .map(([place, count, added]) => ({
    what: `${JSON.stringify(added)} at ${place}`,
    apply: ({ respell }) =>
      respell.push((text) => {
        const at = place % (text.length + 1)
        return text.slice(0, at) + added + text.slice(at + count)
      }),
  }))

/** Oddities of Chart.yaml. */
export const oddMetadata: fc.Arbitrary<Oddity> = fc.oneof(
  { weight: 3, arbitrary: oddity('name', name, ({ fields }, text) => fields.set('name', text)) },
  { weight: 3, arbitrary: oddity('version', version, ({ fields }, text) => fields.set('version', text)) },
  { weight: 4, arbitrary: texts },
  ...TEXT_FIELDS.map((field) => oddity(field, scalar, ({ fields }, text) => fields.set(field, text))),
  oddity(
    'apiVersion',
    fc.oneof(pick('v1', 'v2', '""', 'v2 ', '"v1"'), pick('v3', 'v9', '2', '~', 'V2')),
    ({ fields }, text) => fields.set('apiVersion', text),
  ),
  oddity('type', pick('library', '""', '~', 'Library', 'yes', '"application "', 'chart', '[]'), ({ fields }, text) =>
    fields.set('type', text),
  ),
  oddity('deprecated', fc.oneof(pick('true', 'false', 'yes', 'off', '~', '"true"', '1'), scalar), ({ fields }, text) =>
    fields.set('deprecated', text),
  ),
  ...['keywords', 'sources'].map((field) => oddity(field, list, ({ fields }, text) => fields.set(field, text))),
  { weight: 3, arbitrary: oddity('annotations', annotations, ({ fields }, text) => fields.set('annotations', text)) },
  oddity('an annotation', scalar, ({ fields }, text) =>
    fields.set('annotations', `\n  key: ${text.replaceAll('\n', '\n  ')}`),
  ),
  { weight: 2, arbitrary: oddity('maintainers', maintainers, ({ fields }, text) => fields.set('maintainers', text)) },
  { weight: 5, arbitrary: other },
  { weight: 3, arbitrary: spoiled },
)
