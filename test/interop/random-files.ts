/** Oddities of everything but Chart.yaml: files, links, rules, values, schemas and locks. */
import fc from 'fast-check'
import { oddities, oddity, type Oddity, OUTSIDE } from './random-draft.js'

type Texts = fc.Arbitrary<string>
const pick = (...texts: readonly string[]): Texts => fc.constantFrom(...texts)

// prettier-ignore
const fileName = pick(
  'a b.txt', ' x', 'x ', 'ä.txt', 'a\u0308.txt', '日本.txt', '😀', '-', '~', '#x', '!x', 'x\ny', 'x\ty', '.hidden',
  '...', '..x', 'x..', 'x.', 'a\\b', 'c:x', 'c:', 'con', 'aux.txt', 'a:b', 'a*b', 'a?b', '"', 'readme.md',
  'chart.yaml', 'Chart.yml', 'Values.yaml', 'values.yml', 'chart.lock', 'templates/.hidden', 'templates/_x',
  'templates/a/.hidden', 'templates/.a/b', 'templates/..x', 'templates/Chart.yaml', 'templates/values.yaml',
  'crds/.x', 'x/Chart.yaml', 'x/.helmignore', 'x/requirements.yaml', 'templatesx', 'templates.d/x', 'Templates/x',
  'charts.d/x', 'chartsx', '.git/config', 'charts/README.md', 'charts/_x.tgz', 'charts/.x', 'charts/_x/Chart.yaml',
  'charts/.x/Chart.yaml', 'charts/sub.tgz.prov', 'charts/x.prov', 'charts/x/y.prov', 'charts/x.tgz/y',
  'charts/x/README.md', '.prov', 'x.prov', 'tests/a', 'values.schema.yaml', 'README.md/x', 'sub/values.schema.json',
  'a/b/c/d/e/f', 'crds/a/b',
  ...[90, 99, 100, 101, 150, 200, 255].map((length) => 'x'.repeat(length)),
  `${'d/'.repeat(60)}x`, `${'d'.repeat(90)}/${'x'.repeat(90)}`, `${'d'.repeat(160)}/${'x'.repeat(20)}`,
  `${'é'.repeat(60)}/x`, `templates/${'ü'.repeat(100)}`,
)
// prettier-ignore
const content = fc.oneof(
  pick(
    '', '\n', 'text', '\ufeffmarked', '\ufeff\ufeffmarked twice', '\ufeff', 'a\r\nb\r\n', 'a\0b', '{{ .Values.x }}',
    '\ufffe',
  ),
  fc.string({ maxLength: 20, unit: 'binary' }),
)

// prettier-ignore
const rule = fc.oneof(
  pick(
    '*.md', '*.txt', '!*.md', '!README.md', 'README.md', '/README.md', 'docs', 'docs/', '/docs/', 'docs/*',
    'docs/guide.md', '/templates/*', 'templates', 'crds/', '*', '/*', '*/', '/', '//docs', './docs', '.', '..',
    '!docs/', '!/docs', '!', '! x', '!!x', '#docs', '\\#x', ' docs ', 'docs\r', '\tdocs', '\u00a0docs', '\ufeffdocs',
    '**', '**/x', 'a**', 'docs/**', '[', '[a', '[]', '[^a]*', '[!a]*', '[a-z]*.md', '[A-Z]*', '[z-a]', '[-]', '[a-]',
    '\\', '\\R*', 'R\\', '?EADME.md', '??????.md', 'R*E*.m?', '{docs,x}', 'DOCS', 'values.yaml', 'Chart.yaml',
    '/Chart.yaml', '!Chart.yaml', '.helmignore', '.*', '*.', '*.yaml', 'templates/*.tpl', 'templates/.?*',
    '!templates/.?*', 'charts', 'charts/', 'charts/*', 'charts/sub', 'sub/', '*.tgz', 'é*', 'x', 'x*', '*x',
    '*/guide.md', '*/*/*', 'd*/g*', '[^/]*', 'a/', '_*', 'link', 'link/', 'link*',
  ),
  fc.stringMatching(/^[!/]?[a-zRE.*?[\]^\\/-]{1,6}\/?$/),
)
const rules = fc
  .tuple(fc.array(rule, { minLength: 1, maxLength: 3 }), pick('\n', '\r\n'))
  .map(([lines, end]) => lines.join(end) + end)

// prettier-ignore
const values = pick(
  '', '\n', '# nothing\n', '~', 'null', '{}', '[]', '[a]', 'text', '1', 'a: b\n', '\ufeffa: b\n', 'a: b\r\nc: d\r\n',
  'a: b\n---\nc: d\n', 'a: b\n---\n[\n', 'a: b\n---\n- c\n', '---\n---\na: b\n', 'a: b\n...\n[\n', 'a: [',
  'a: b\n\tc: d\n', 'a:\n\t- b\n', 'a: b: c', 'a: *b', 'a: &a b\nc: *a\n', '<<: {a: b}\n', '{a: b}\n', 'a: .inf',
  'a: {b: .nan}', '{[a]: b}', '~: a', '{1: a, true: b, 1.5: c}', 'a: 1\na: 2\n', 'a: !!binary "#"', 'a: !x y',
  'a: !!int x', 'a: "\\x00"', 'a: \u0007', 'a: |\n  ---\n  x\n', 'a: |\n---\nb: c\n', 'a: "x\n---\ny"', '--- a: b',
  '---a: b', '--- {a: b}\n', '---\n- a\n', '# c\n---\na: b\n', 'a: 1 \n---\n', 'a: 1\n---\n---\n', 'a: 1\n--- # x\n',
  'a: 1\n--- x\n', 'a: 1\n---x\n', '%YAML 1.1\n---\na: b\n', '%YAML 1.2\n---\na: b\n', 'a: b\n--- [\n',
  `a: ${'['.repeat(99)}${']'.repeat(99)}`, 'a: b\n---\na: {b: .inf}\n', 'a: b\n---\n~\n', 'a: b\n---\n# x\n',
  'a: b\n---\n\tx\n', 'a: b\r\n---\r\n[\r\n', '"a\\\n b": c', '? a\n: b\n', '- a: b\n', 'a:\n- b\n- c\n', 'a:\n b\n',
  ' a: b\n', 'a: b\n b: c\n', 'a: @x', "a: 'b", '!!str a: b',
)
// prettier-ignore
const schema = pick(
  '{}', '{"type": "object"}', '{', '', ' ', 'null', '[1]', '{"a":1,}', '\ufeff{}', '\ufeff\ufeff{}', '{"a":"\u0001"}',
  'true', '{"a":1}{}', '{"$ref":"http://x"}', 'NaN', '1e999', '"\\ud800"', '{"a":1,"a":2}', '"\\x41"', '\u00a0{}',
  '{}\n\t\r ', '{}\v', "{'a':1}", '// x\n{}', '-', '01', '-0', '1.', '.5', '1e', 'tru', '"\t"', '"\u2028"', '"a', '[',
  '"\\u12"', '[1 2]', 'type: object\n', `${'['.repeat(9_999)}${']'.repeat(9_999)}`,
  `${'['.repeat(10_001)}${']'.repeat(10_001)}`,
)
// prettier-ignore
const lock = pick(
  '', '~', '{}', '[]', 'text', 'generated: "2024-01-01T00:00:00Z"\n',
  'generated: 2024-01-01T00:00:00.123456789+02:00\n', 'generated: x\n', 'generated: 2024-01-01\n',
  'generated: "2024-02-30T00:00:00Z"\n', 'generated: ~\n', 'generated: 5\n', 'generated: "2024-01-01T24:00:00Z"\n',
  'generated: "2024-01-01t00:00:00z"\n',
  'digest: 5\n', 'digest: sha256:abc\n', 'digest: [a]\n', 'dependencies: [~]\n', 'dependencies: x\n',
  'dependencies: [{name: a, version: 1.10}]\n', 'dependencies: [{name: [a]}]\n',
  '[', 'a: b\n---\n[', '\ufeffdigest: x\n', 'Digest: x\n', 'unknown: .inf\n',
  'dependencies:\n- name: a\n  repository: https://x\n  version: 1.2.3\ndigest: d\n',
)

const OTHER = oddities({
  'empty folders': ({ links }) =>
    links.set('empty', undefined).set('templates/empty', undefined).set('charts', undefined),
  'an empty folder in charts': ({ links }) => links.set('charts/empty', undefined),
  'no values': ({ files }) => files.delete('values.yaml'),
  'no templates': ({ files }) =>
    ['deployment.yaml', '_helpers.tpl', 'NOTES.txt'].forEach((name) => files.delete(`templates/${name}`)),
  'nothing but Chart.yaml': ({ files }) => files.clear(),
  'names that differ in case': ({ files }) => files.set('A.txt', 'a').set('a.txt', 'b'),
  'names that differ in normalization': ({ files }) => files.set('ä.txt', 'a').set('a\u0308.txt', 'b'),
  'a file named templates': ({ files }) =>
    ['deployment.yaml', '_helpers.tpl', 'NOTES.txt'].forEach(
      (name) => files.delete(`templates/${name}`) && files.set('templates', 'x'),
    ),
  'a file named charts': ({ files }) => files.set('charts', 'x'),
  'a folder named values.yaml': ({ files }) => files.delete('values.yaml') && files.set('values.yaml/x', 'x'),
  'a folder named Chart.lock': ({ files }) => files.set('Chart.lock/x', 'x'),
  'a folder named requirements.yaml': ({ files }) => files.set('requirements.yaml/x', 'x'),
  'a folder named .helmignore': ({ files }) => files.set('.helmignore/x', 'x'),
  'a folder named values.schema.json': ({ files }) => files.set('values.schema.json/x', '{'),
  'a file of 5 MiB': ({ files }) => files.set('large.bin', Buffer.alloc(5 * 1024 * 1024)),
  'a file of more than 5 MiB': ({ files }) => files.set('large.bin', Buffer.alloc(5 * 1024 * 1024 + 1)),
  'a file of more than 5 MiB, ignored': ({ files }) =>
    files.set('large.bin', Buffer.alloc(5 * 1024 * 1024 + 1)).set('.helmignore', '*.bin\n'),
  'rules in Latin 1': ({ files }) => files.set('.helmignore', Buffer.from('é*\ndocs\n', 'latin1')),
  'values in Latin 1': ({ files }) => files.set('values.yaml', Buffer.from('a: é\n', 'latin1')),
  'values in UTF-16': ({ files }) => files.set('values.yaml', Buffer.from('\ufeffa: b\n', 'utf16le')),
  'a schema in Latin 1': ({ files }) => files.set('values.schema.json', Buffer.from('{"a": "é"}', 'latin1')),
  'rules with a mark': ({ files }) => files.set('.helmignore', '\ufeffdocs\n\ufeffREADME.md\n'),
})

const LINKS = oddities({
  'a link to a file': ({ links }) => links.set('link.txt', 'README.md'),
  'a link to a template': ({ links }) => links.set('templates/link.yaml', 'deployment.yaml'),
  'a link to a folder': ({ links }) => links.set('link', 'docs'),
  'a link to a folder, ignored as a folder': ({ links, files }) =>
    links.set('link', 'docs') && files.set('.helmignore', 'link/\n'),
  'a link to a file, ignored as a folder': ({ links, files }) =>
    links.set('link', 'README.md') && files.set('.helmignore', 'link/\n'),
  'a link up and down': ({ links }) => links.set('docs/link', '../templates'),
  'a link to a link': ({ links }) => links.set('link', 'next').set('next', 'README.md'),
  'a link in a linked folder': ({ links }) => links.set('docs/inner', '../README.md').set('link', 'docs'),
  'a link in place of values.yaml': ({ links }) => links.set('values.yaml', 'docs/guide.md'),
  'a link in place of Chart.yaml': ({ links, fields, files }) => {
    files.set('docs/chart', [...fields].map(([key, value]) => `${key}: ${value}\n`).join(''))
    links.set('Chart.yaml', 'docs/chart')
  },
  'a link in place of .helmignore': ({ links, files }) =>
    files.set('docs/rules', '*.md\n') && links.set('.helmignore', 'docs/rules'),
  'a link in place of .helmignore to nothing': ({ links }) => links.set('.helmignore', 'nowhere'),
  'a link as a subchart': ({ links, files }) => {
    files
      .set('other/Chart.yaml', 'apiVersion: v2\nname: other\nversion: 1.0.0\n')
      .set('other/.helmignore', 'x\n')
      .set('other/x', 'x')
    links.set('charts/other', '../other')
  },
  'a link to a file outside': ({ links }) => links.set('link.txt', `${OUTSIDE}/secret.txt`),
  'a link to a folder outside': ({ links }) => links.set('link', OUTSIDE),
  'a link outside, ignored': ({ links, files }) => links.set('link', OUTSIDE) && files.set('.helmignore', 'link\n'),
  'a link to nothing': ({ links }) => links.set('link', 'nowhere'),
  'a link to nothing, ignored': ({ links, files }) =>
    links.set('link', 'nowhere') && files.set('.helmignore', 'link\n'),
  'a link to itself': ({ links }) => links.set('link', 'link'),
  'a link to the chart': ({ links }) => links.set('docs/link', '..'),
  'a link to its folder': ({ links }) => links.set('docs/link', '.'),
  'a link to its folder, ignored': ({ links, files }) =>
    links.set('docs/link', '.') && files.set('.helmignore', 'link\n'),
})

/** Oddities of files, in folders and archives. */
export const oddFiles: fc.Arbitrary<Oddity> = fc.oneof(
  { weight: 4, arbitrary: oddity('file', fileName, ({ files }, name) => files.set(name, 'x')) },
  oddity('content', content, ({ files }, text) => files.set('templates/odd.yaml', text).set('odd.txt', text)),
  { weight: 3, arbitrary: oddity('values', values, ({ files }, text) => files.set('values.yaml', text)) },
  { weight: 2, arbitrary: oddity('schema', schema, ({ files }, text) => files.set('values.schema.json', text)) },
  { weight: 2, arbitrary: oddity('Chart.lock', lock, ({ files }, text) => files.set('Chart.lock', text)) },
  oddity('requirements.lock', lock, ({ files, fields }, text) => {
    files.set('requirements.lock', text)
    if (text.length % 2 > 0) fields.set('apiVersion', 'v1')
  }),
  OTHER,
)

/** Oddities that only a folder has. */
export const oddFolder: fc.Arbitrary<Oddity> = fc.oneof(
  { weight: 3, arbitrary: oddity('rules', rules, ({ files }, text) => files.set('.helmignore', text)) },
  { weight: 2, arbitrary: LINKS },
)
