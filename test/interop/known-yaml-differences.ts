/** Where the library reads YAML differently from Helm on purpose: docs/maintainers/helm-differences.md gives the reasons. */
import type { KnownDifference } from './known-difference.js'
import { makeExample } from './random-chart.js'

/** Those of Chart.yaml and values.yaml. */
export const KNOWN_YAML_DIFFERENCES: readonly KnownDifference[] = [
  {
    name: 'U+2028 outside of quotes',
    helm: 'both',
    odd: /\u2028/,
    ours: /cannot load /,
    example: makeExample('folder', '"\u2028" behind the name', ({ fields }) => fields.set('name', '\u2028 mychart')),
  },
  {
    name: 'more behind the first value',
    helm: 'both',
    odd: /indentation|directive|JSON|"(?:[ ,\u0085]|\\r|\\n ?)" at \d/,
    ours: /end of the stream or a document separator is expected/,
    example: makeExample('folder', 'indentation', ({ respell }) => respell.push(() => ' name: a\n version: "1"\nx\n')),
  },
  {
    name: 'a block scalar right below its key',
    helm: 'both',
    odd: /"(?:\u0085|\\r|\\n)" at \d|below its key/,
    ours: /end of the stream or a document separator is expected/,
    example: makeExample('folder', 'a block scalar below its key', ({ fields }) =>
      fields.set('description', '\n|\n  x'),
    ),
  },
  {
    name: 'tags with brackets, commas and more',
    helm: 'both',
    odd: /(?:[,[\]{}!:]"|tag.*|!!set.*) at \d/,
    ours: /tag suffix cannot contain|named tag handle cannot contain|expected the node content, but found|expected whitespace/,
    example: makeExample('folder', '"," in a tag at 1', ({ fields }) => fields.set('description', '!a,b text')),
  },
  {
    name: 'words in brackets that begin with a question mark, or end with a colon',
    helm: 'both',
    odd: /JSON|" at \d|in brackets/,
    ours: /found a (?:colon without a blank behind it|question mark in a word) in brackets|missed comma between flow/,
    example: makeExample('folder', 'a colon in brackets', ({ fields }) => fields.set('keywords', '[a:, b]')),
  },
  {
    name: 'tabs behind dashes, and behind blanks at the beginning of a line',
    helm: 'both',
    odd: /"\\t" at \d|a tab behind/,
    theirs: /found character that cannot start any token/,
    example: makeExample('folder', 'a tab behind a dash', ({ fields }) => fields.set('keywords', '\n-\ta')),
  },
  {
    name: 'a key in braces over lines',
    helm: 'both',
    odd: /(?:\u0085|\\r|\\n ?)" at \d|in braces/,
    theirs: /yaml: .*did not find expected ',' or '[\]}]'/,
    example: makeExample('folder', 'a key in braces', ({ fields }) => fields.set('annotations', '{a\n : b}')),
  },
  {
    name: 'values behind a line of dashes, and in UTF-16',
    helm: 'helm4',
    odd: /values /,
    theirs: /cannot load values.yaml/,
    example: makeExample('folder', 'values of two documents', ({ files }) =>
      files.set('values.yaml', 'a: b\n---\n[\n'),
    ),
  },
  {
    name: 'infinity and no number, as texts',
    helm: 'helm4',
    odd: /\.(inf|nan)/i,
    theirs: /cannot load Chart.yaml: error converting YAML to JSON: json: unsupported value/,
    example: makeExample('folder', 'description .inf', ({ fields }) => fields.set('description', '.inf')),
  },
]
