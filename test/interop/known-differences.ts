/** Where the library decides differently from Helm on purpose: docs/maintainers/helm-differences.md gives the reasons. */
import type { KnownDifference } from './known-difference.js'
import { KNOWN_YAML_DIFFERENCES } from './known-yaml-differences.js'
import { makeExample } from './random-chart.js'
import { newDraft, OUTSIDE, packDraft } from './random-draft.js'

const EXAMPLE = 'apiVersion: v2\nname: sub\nversion: 1.0.0\n'

/** What adds a subchart, which may be called `sub`. */
const ADDED = '(?:subchart|with (?:packed )?sub|requirements\\.yaml)'

/** All of them. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...KNOWN_YAML_DIFFERENCES,
  {
    name: 'links, devices and unknown types of entries',
    helm: 'both',
    odd: /^archive.*(link|a device|an unknown type|byte)/s,
    ours: /the entry .* is (a hard link|a symbolic link|a device|a pipe|not a regular file)/s,
    example: makeExample('archive', 'a symbolic link', ({ repack }) =>
      repack.push((all) => [...all, { name: 'mychart/x', type: '2' }]),
    ),
  },
  {
    name: 'a file that is there twice, with different bytes',
    helm: 'both',
    odd: /^archive|packed subchart/,
    ours: /is there twice, with different bytes/,
    example: makeExample('archive', 'a file twice', ({ repack }) =>
      repack.push((all) => [...all, { name: 'mychart/README.md', text: 'other' }]),
    ),
  },
  {
    name: 'a file that is also a folder',
    helm: 'both',
    odd: /^archive.*(entry|file|folder)|packed subchart/s,
    ours: /is a file, but there is also/,
    example: makeExample('archive', 'a file that is also a folder', ({ files }) => files.set('README.md/x', 'x')),
  },
  {
    name: 'headers that programs read differently',
    helm: 'both',
    odd: /^archive.*(mode|a folder with a size|an empty name|PAX records for a size|a long link name|byte|entry ".*\/")/s,
    ours: /which programs read differently|a PAX record is malformed|where its format has none|bytes after its end/,
    example: makeExample('archive', 'a folder by its mode', ({ repack }) =>
      repack.push((all) => [...all, { name: 'mychart/x', mode: '040755' }]),
    ),
  },
  {
    name: 'names that lead elsewhere when they are unpacked',
    helm: 'both',
    odd: /^archive.*(root|entry) "/s,
    ours: /illegally (named files|references parent directory|contains absolute paths)|has two root folders/,
    example: makeExample('archive', 'entry "mychart\\x"', ({ repack }) =>
      repack.push((all) => [...all, { name: 'mychart\\x', text: 'x' }]),
    ),
  },
  {
    name: 'something behind the end of an archive',
    helm: 'both',
    odd: /behind the (tar|gzip file)|end of the tar/,
    ours: /it has bytes after its end|incorrect header check/,
    theirs: /gzip: invalid header/,
    example: makeExample('archive', 'text behind the tar', ({ retar }) =>
      retar.push((tar) => Buffer.concat([tar, Buffer.from('text')])),
    ),
  },
  {
    name: 'a wrong checksum of the gzip file, or none',
    helm: 'both',
    odd: /checksum|cut off/,
    ours: /the archive cannot be read: (incorrect data check|unexpected end of file)/,
    example: makeExample('archive', 'no checksum', ({ damage }) => damage.push((archive) => archive.subarray(0, -8))),
  },
  {
    name: 'unknown flags in the gzip header',
    helm: 'both',
    odd: /header of the future/,
    ours: /the archive cannot be read: unknown header flags set/,
    example: makeExample('archive', 'a gzip header of the future', ({ damage }) =>
      damage.push((archive) => Buffer.concat([archive.subarray(0, 3), Buffer.from([0x20]), archive.subarray(4)])),
    ),
  },
  {
    name: 'names that are paths elsewhere',
    helm: 'both',
    odd: /file "/,
    ours: /illegally (named files|references parent directory)/,
    example: makeExample('folder', 'file "a\\b"', ({ files }) => files.set('a\\b', 'x')),
  },
  {
    name: 'links that leave the folder',
    helm: 'both',
    odd: /outside/,
    ours: /leaves the chart/,
    example: makeExample('folder', 'a link outside', ({ links }) => links.set('link.txt', `${OUTSIDE}/secret.txt`)),
  },
  {
    name: 'links in a circle that a rule ends',
    helm: 'both',
    odd: /a link to (its folder|the chart)/,
    ours: /leads back to a folder around it/,
    example: makeExample('folder', 'a link to its folder', ({ links, files }) => {
      links.set('docs/link', '.')
      files.set('.helmignore', '*/*/*\n')
    }),
  },
  {
    name: 'files of more than 5 MiB',
    helm: 'helm4',
    odd: /more than 5 MiB/,
    ours: /is larger than the maximum file size/,
    example: makeExample('folder', 'a file of more than 5 MiB', ({ files }) =>
      files.set('large.bin', Buffer.alloc(5 * 1024 * 1024 + 1)),
    ),
  },
  {
    name: 'more than ten levels of subcharts',
    helm: 'both',
    odd: /levels/,
    ours: /deeper than 10 levels/,
    example: makeExample('folder', 'eleven levels', ({ files }) => {
      for (let level = 1; level <= 11; level++) files.set(`${'charts/sub/'.repeat(level)}Chart.yaml`, EXAMPLE)
    }),
  },
  {
    name: 'a schema that is no JSON, in an archive',
    helm: 'both',
    odd: /^archive.*schema/s,
    ours: /invalid JSON in values.schema.json/,
    example: makeExample('archive', 'schema "{"', ({ files }) => files.set('values.schema.json', '{')),
  },
  {
    name: 'a dependency in a version outside of its range',
    helm: 'both',
    odd: /^folder.*dependencies/s,
    ours: /missing dependencies: .*"found":\["/s,
    example: makeExample('folder', 'dependencies in another version', ({ fields, files }) => {
      fields.set('dependencies', '[{name: sub, version: 2.x.x}]')
      files.set('charts/sub/Chart.yaml', EXAMPLE)
    }),
  },
  {
    name: 'names that no folder can have',
    helm: 'both',
    odd: /name|subchart|at \d/,
    ours: /its name cannot be that of a folder/,
    example: makeExample('folder', 'name "..x"', ({ fields }) => fields.set('name', '..x')),
  },
  {
    name: 'links to nothing that a rule names',
    helm: 'both',
    odd: /a link to (nothing|itself)/,
    theirs: /error evaluating symlink/,
    example: makeExample('folder', 'a link to nothing, ignored', ({ links, files }) => {
      links.set('link', 'nowhere')
      files.set('.helmignore', 'link\n')
    }),
  },
  {
    name: 'control characters that Helm reads but cannot write',
    helm: 'both',
    odd: /annotation/,
    theirs: /failed to save: yaml: control characters are not allowed/,
    example: makeExample('folder', 'annotations with DEL', ({ fields }) => fields.set('annotations', '{a: "\\x7f"}')),
  },
  {
    name: 'a name for which the archive would have too long a one',
    helm: 'both',
    odd: /name|version/,
    theirs: /failed to save: .*: file name too long/s,
    example: makeExample('folder', 'a long name', ({ fields }) => fields.set('name', 'x'.repeat(250))),
  },
  {
    name: 'what Helm loses of Chart.yaml as it packs',
    helm: 'both',
    odd: /dependencies|annotation/,
    differing: ['config', 'packedMetadata'],
    example: makeExample('folder', 'dependencies of v1', ({ fields, files }) => {
      fields.set('apiVersion', 'v1').set('dependencies', '[{name: sub}]')
      files.set('charts/sub/Chart.yaml', EXAMPLE)
    }),
  },
  {
    name: 'what Helm does not read again, once it has packed it',
    helm: 'both',
    odd: /dependencies before/,
    theirs: /once packed: /,
    example: makeExample('folder', 'requirements.yaml, and dependencies before', ({ fields, files }) => {
      fields.set('apiVersion', 'v1').set('dependencies', '[{name: sub, alias: first}]')
      files.set('requirements.yaml', 'dependencies: [{name: sub}, {name: sub}]\n').set('charts/sub/Chart.yaml', EXAMPLE)
    }),
  },
  {
    name: 'a requirements.yaml that makes v2 of v1',
    helm: 'both',
    odd: /requirements.yaml "apiVersion/,
    differing: ['files', 'otherFiles'],
    example: makeExample('folder', 'requirements.yaml "apiVersion: v2"', ({ fields, files }) => {
      fields.set('apiVersion', 'v1')
      files.set('requirements.yaml', 'apiVersion: v2\n').set('requirements.lock', '{}\n')
    }),
  },
  {
    name: 'two locks in an archive, requirements.lock first',
    helm: 'both',
    odd: /^archive.*requirements\.lock.*(?:Chart\.lock|two locks)/s,
    differing: ['locks'],
    example: makeExample('archive', 'requirements.lock before Chart.lock', ({ files }) =>
      files.set('requirements.lock', 'digest: z\n').set('Chart.lock', 'digest: x\n'),
    ),
  },
  {
    name: 'subcharts of one name',
    helm: 'both',
    odd: new RegExp(`subcharts|${ADDED}.*${ADDED}`, 's'),
    differing: ['metadata', 'packedMetadata', 'locks', 'otherFiles'],
    example: makeExample('folder', 'two subcharts of one name', ({ files }) => {
      files.set('charts/one/Chart.yaml', EXAMPLE).set('charts/two.tgz', packDraft(newDraft('sub', '2.0.0'), 'sub'))
    }),
  },
  {
    name: 'an apiVersion that is neither v1 nor v2',
    helm: 'helm4',
    odd: /^folder.*(apiVersion|at \d)/s,
    theirs: /unsupported chart version|invalid chart apiVersion/,
    example: makeExample('folder', 'apiVersion "v3"', ({ fields }) => fields.set('apiVersion', 'v3')),
  },
  {
    name: 'rules that begin with two slashes',
    helm: 'both',
    odd: /rules.*\/\//s,
    // `//*` leaves out Chart.yaml; a link in a circle may lie in the folder that is not left out.
    ours: /Chart.yaml file is missing/,
    theirs: /too many (links|levels)/,
    differing: ['files', 'otherFiles'],
    example: makeExample('folder', 'rules "//.h*"', ({ files }) => files.set('.helmignore', '//.h*\n')),
  },
]
