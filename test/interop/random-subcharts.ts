/** Oddities of dependencies and subcharts: what is declared, what lies in charts/, and in which form. */
import fc from 'fast-check'
import { type Draft, listDraft, newDraft, oddities, oddity, type Oddity, packDraft } from './random-draft.js'
import { oddFiles } from './random-files.js'
import { oddMetadata } from './random-metadata.js'

type Texts = fc.Arbitrary<string>
const pick = (...texts: readonly string[]): Texts => fc.constantFrom(...texts)

// prettier-ignore
const dependencies = pick(
  '[{name: sub, version: 1.x.x}]',
  '[{name: sub, version: ^1.0.0, repository: "https://example.com", condition: sub.enabled, tags: [a, 1]}]',
  '[{name: sub}]', '[{name: Sub, version: 1.0.0}]', '[{name: sub, version: 2.0.0}]',
  '[{name: sub, version: nonsense}]', '[{name: sub, version: ">= 1.0.0 < 2"}]', '[{name: sub, version: 1}]',
  '[{name: sub, version: 1.0}]', '[{name: sub, version: "*"}]', '[{name: sub, version: ~}]',
  '[{name: sub, alias: other}]', '[{name: sub, alias: a.b}]', '[{name: sub, alias: ""}]', '[{name: sub, alias: 1}]',
  '[{name: sub, alias: a}, {name: sub, alias: b}]', '[{name: sub}, {name: sub}]',
  '[{name: sub, alias: a}, {name: a}]', '[{name: sub, import-values: [a, {child: b, parent: c}]}]',
  '[{name: sub, import-values: [1, 1.50, ~, yes, [a], {b: 1, a: 12345678901234567890}]}]',
  '[{name: sub, import-values: a}]', '[{name: sub, import-values: []}]', '[{name: sub, import-values: [.inf]}]',
  '[{name: sub, import-values: [1e21, 1e-7, 0.1, 100000000000000000000, 1e20, -0.0, 0x10, 2024-01-01, "<&>", {"b": {"\\U0001F600": 1, "\\uff00": 2}}]}]',
  '[{name: sub, enabled: true}]', '[{name: sub, enabled: false}]', '[{name: sub, enabled: "true"}]',
  '[{name: sub, condition: 5}]', '[null]', '[]', '~', '{}', '[{}]', 'text', '[text]',
  '[{name: sub, repository: "file://../sub"}]', '[{name: sub, tags: ~}]', '[{name: sub, tags: []}]',
  '[{name: sub, tags: [~]}]', '[{Name: sub}]', '[{name: sub, unknown: 1}]', '[{name: "sub\\a"}]', '[{name: 5}]',
  '[{name: missing}]', '[{name: sub}, {name: missing}]', '[{name: ""}]', '\n- name: sub\n  version: "1.0.0"\n',
  '\n  - name: &n sub\n    alias: *n\n', '[{name: sub, version: 1.0.0, import-values: [{__proto__: a}]}]',
)

const version = pick('1.0.0', '1.2.3', '2.0.0', '1.0.0-rc.1', 'v1.0.0', '1.0', '01.0.0')
const folder = pick('sub', 'Sub', 'other', 'sub-1.0.0', 'a b', '日本', 'sub.d', 'x'.repeat(100), 'sub.tgz.d', 'sub.TGZ')
// prettier-ignore
const packedName = pick(
  'sub-1.0.0.tgz', 'sub.tgz', 'x.tgz', 'a b.tgz', 'é.tgz', 'sub.TGZ', 'sub.tar.gz', '_sub.tgz', '.sub.tgz',
  `${'x'.repeat(120)}.tgz`,
)

function addFolder({ files }: Draft, path: string, sub: Draft): void {
  for (const [inner, content] of listDraft(sub)) files.set(`charts/${path}/${inner}`, content)
}

/** Adds the subchart `sub`, which most dependencies name. */
function addSub(draft: Draft, version = '1.0.0', isPacked = false): void {
  const sub = newDraft('sub', version)
  if (isPacked) draft.files.set(`charts/sub-${version}.tgz`, packDraft(sub, 'sub'))
  else addFolder(draft, 'sub', sub)
}

const declared = fc
  .tuple(
    oddity('dependencies', dependencies, ({ fields }, text) => fields.set('dependencies', text)),
    version,
    fc.boolean(),
    fc.nat({ max: 9 }),
  )
  .map(([{ what, apply }, found, isPacked, chance]): Oddity => ({
    what: chance === 0 ? what : `${what} with ${isPacked ? 'packed ' : ''}sub ${found}`,
    apply(draft) {
      apply(draft)
      if (chance > 0) addSub(draft, found, isPacked)
    },
  }))

/** As in Helm 2: declared in requirements.yaml, in charts of either apiVersion. */
// prettier-ignore
const required = fc
  .tuple(
    dependencies,
    pick('v1', 'v2', 'v1', ''),
    pick('', '', '[{name: sub, alias: first, tags: [x]}, {name: other}]'),
    pick(
      '', '', 'name: other\n', 'home: x\n', 'apiVersion: v2\n', '\ufeff', '# x\n', 'annotations: {x: y}\n',
      'unknown: 1\n',
    ),
  )
  .map(([text, apiVersion, before, more]): Oddity => ({
    what: `requirements.yaml ${JSON.stringify(`${more}dependencies: ${text}`)} of ${JSON.stringify(apiVersion)}${before && ', and dependencies before'}`,
    apply(draft) {
      if (apiVersion === '') draft.fields.delete('apiVersion')
      else draft.fields.set('apiVersion', apiVersion)
      if (before !== '') draft.fields.set('dependencies', before)
      draft.files.set('requirements.yaml', `${more}dependencies: ${text}\n`)
      addSub(draft)
    },
  }))

const inFolder = fc
  .tuple(folder, pick('sub', 'sub', 'Sub', 'other', 'a b', '日本', '..x', 'x'.repeat(100)), version)
  .map(([path, name, found]): Oddity => ({
    what: `subchart ${JSON.stringify(name)} ${found} in ${JSON.stringify(path)}`,
    apply: (draft) => addFolder(draft, path, newDraft(name, found)),
  }))

const inArchive = fc
  .tuple(packedName, pick('sub', 'sub', 'mychart', 'anything'), version)
  .map(([path, root, found]): Oddity => ({
    what: `packed subchart ${found} in ${JSON.stringify(path)} below ${root}`,
    apply: ({ files }) => files.set(`charts/${path}`, packDraft(newDraft('sub', found), root)),
  }))

/** A subchart that is odd itself. */
const oddInside = fc
  .tuple(fc.oneof(oddMetadata, oddFiles), fc.boolean(), fc.boolean())
  .map(([{ what, apply }, isPacked, isDeep]): Oddity => ({
    what: `${isDeep ? 'deep ' : ''}${isPacked ? 'packed ' : ''}subchart with ${what}`,
    apply(draft) {
      const sub = newDraft('sub', '1.0.0')
      apply(sub)
      let parent = draft
      if (isDeep) parent = newDraft('middle', '1.0.0')
      if (isPacked) parent.files.set('charts/sub.tgz', packDraft(sub, 'sub'))
      else addFolder(parent, 'sub', sub)
      if (isDeep) addFolder(draft, 'middle', parent)
    },
  }))

const other = oddities({
  'two subcharts of one name': (draft) => {
    addFolder(draft, 'one', newDraft('sub', '1.0.0'))
    addFolder(draft, 'two', newDraft('sub', '2.0.0'))
  },
  'two equal subcharts': (draft) => {
    addFolder(draft, 'one', newDraft('sub', '1.0.0'))
    draft.files.set('charts/two.tgz', packDraft(newDraft('sub', '1.0.0'), 'sub'))
  },
  'subcharts that differ in case': (draft) => {
    addFolder(draft, 'one', newDraft('sub', '1.0.0'))
    addFolder(draft, 'two', newDraft('SUB', '2.0.0'))
  },
  'several subcharts': (draft) => {
    for (const name of ['c', 'a', 'b', 'a-b']) addFolder(draft, name, newDraft(name, '1.0.0'))
  },
  'a subchart that is no archive': ({ files }) => files.set('charts/sub.tgz', 'text'),
  'an empty subchart': ({ files }) => files.set('charts/sub.tgz', ''),
  'a subchart of v1': (draft) => {
    const sub = newDraft('sub', '1.0.0')
    sub.fields.set('apiVersion', 'v1')
    sub.files
      .set('requirements.yaml', 'dependencies: []\n')
      .set('requirements.lock', 'digest: x\n')
      .set('Chart.lock', 'digest: y\n')
    addFolder(draft, 'sub', sub)
  },
  'leftovers of v1': ({ files }) =>
    files.set('requirements.yaml', 'dependencies: []\n').set('requirements.lock', 'digest: x\n'),
  'two locks': ({ files }) => files.set('Chart.lock', 'digest: x\n').set('requirements.lock', 'digest: y\n'),
  'a lock of v2 in v1': ({ fields, files }) => fields.set('apiVersion', 'v1') && files.set('Chart.lock', 'digest: x\n'),
  'rules in a subchart': (draft) => {
    const sub = newDraft('sub', '1.0.0')
    sub.files.set('.helmignore', '*.md\n')
    addFolder(draft, 'sub', sub)
  },
  'eleven levels': (draft) => {
    let inner = newDraft('c11', '1.0.0')
    for (let level = 10; level > 0; level--) {
      const outer = newDraft(`c${level}`, '1.0.0')
      outer.files.clear()
      addFolder(outer, inner.fields.get('name') ?? '', inner)
      inner = outer
    }
    addFolder(draft, 'c1', inner)
  },
})

/** Oddities of what a chart depends on. */
export const oddSubcharts: fc.Arbitrary<Oddity> = fc.oneof(
  { weight: 4, arbitrary: declared },
  { weight: 3, arbitrary: required },
  inFolder,
  inArchive,
  { weight: 3, arbitrary: oddInside },
  { weight: 2, arbitrary: other },
)
