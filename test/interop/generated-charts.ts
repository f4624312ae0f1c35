/** Small charts, each with a detail that is easily lost, or written differently from Helm. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makeArchive } from '../support/make-chart.js'
import type { SampleChart } from './sample-charts.js'

type Files = Readonly<Record<string, string | Uint8Array>>

// Renders all that templates can see of a chart: its metadata, its values, and a digest of each of its files.
const MIRROR = `apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-{{ .Chart.Name | trunc 20 }}}
data:
  chart: {{ .Chart | toJson | quote }}
  values: {{ .Values | toJson | quote }}
{{- range $path, $bytes := .Files }}
  {{ $path | sha256sum | trunc 20 }}: {{ printf "%s %s" $path ($bytes | toString | sha256sum) | quote }}
{{- end }}
`

const LONG = 'a-folder-with-quite-a-long-name'

const FILES: Readonly<Record<string, Files>> = {
  minimal: { 'Chart.yaml': head('minimal') },
  'a plus in the version': { 'Chart.yaml': head('plus', '1.2.3+build.7.x'), 'values.yaml': 'a: 1\n' },
  'a prerelease with a plus': { 'Chart.yaml': head('prerelease', '1.0.0-rc.1+20260102') },
  'annotations over those that Helm writes': {
    'Chart.yaml': `${head('annotated', '0.1.0')}description: what a person reads
home: https://example.com/home
annotations:
  org.opencontainers.image.created: "2001-02-03T04:05:06Z"
  org.opencontainers.image.title: not this one
  org.opencontainers.image.version: not this one
  org.opencontainers.image.description: ""
  org.opencontainers.image.url: https://example.com/other
  org.opencontainers.image.licenses: Apache-2.0
  number: "1"
  Zeta: last of the capitals
  "\\uFB01": ligature
  "\\U0001F600": astral
  lines: |
    one
    two
`,
  },
  'maintainers with and without a name, an address, a page': {
    'Chart.yaml': `${head('maintained')}maintainers:
- {name: Ünal Öz, email: unal@example.com, url: "https://example.com/unal"}
- {name: only a name}
- {email: only@example.com}
- {name: "<b>Bold</b> & \\"quoted\\"", email: "a+b@example.com"}
- {url: "https://example.com/no-name"}
sources: [https://example.com/first, "https://example.com/second?a=1&b=2"]
`,
  },
  'text in many scripts': {
    'Chart.yaml': `${head('scripts')}description: "Größe, 図表, диаграмма, \\u0065\\u0301, 😀, שלום\\u00A0!"
keywords: [日本語, "é", "e\\u0301", "🚀"]
annotations: {ключ: значение, emoji: "👩‍🚀"}
`,
    'values.yaml': 'greeting: "здравствуй, 世界 😀"\n',
    'files/größe.txt': 'groß\n',
    'files/図表/😀.txt': 'a face\n',
  },
  'characters that Go escapes in JSON': {
    'Chart.yaml': `${head('escaped')}description: "a < b && c > d \\u2028 \\u2029 \\\\ \\"quoted\\" \\t tab"
kubeVersion: ">=1.20"
home: https://example.com/?a=1&b=<2>
annotations: {"<key>": "<value> & \\u2028 \\u2029 \\\\ \\"q\\" \\t \\n x"}
`,
  },
  'scalars that YAML takes for other things': {
    'Chart.yaml': `${head('scalars')}appVersion: 1.10
icon: https://example.com/icon.svg
deprecated: true
keywords: [yes, 017, 1e3, 2024-01-01, ~]
tags: 0x10
unknown: {is: dropped}
`,
  },
  'apiVersion v1 with requirements.yaml': {
    'Chart.yaml': 'name: old\nversion: 0.3.0\nappVersion: "1"\nengine: gotpl\n',
    'requirements.yaml': `dependencies:
- {name: sub, version: ~0.1.0, repository: "https://example.com/charts", condition: sub.enabled, tags: [front, back]}
`,
    'requirements.lock': `dependencies:
- {name: sub, repository: "https://example.com/charts", version: 0.1.3}
digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
generated: "2020-01-02T03:04:05.123456789+01:00"
`,
    'values.yaml': 'sub: {enabled: true}\n',
    ...subchart('sub', '0.1.3'),
  },
  'apiVersion v2 that still has requirements.yaml': {
    'Chart.yaml': head('halfway'),
    'requirements.yaml': 'dependencies:\n- {name: sub, version: "*", repository: ""}\n',
    ...subchart('sub', '0.1.3'),
  },
  'subcharts packed and unpacked, one in another': {
    'Chart.yaml': `${head('nested')}dependencies:
- name: folder
  version: ^1.0.0
  repository: https://example.com/charts
  condition: folder.enabled
  tags: [some, tags]
  import-values: [data, {child: exports.deep, parent: here, number: 1.0}]
- {name: packed, version: "2.*", repository: "", alias: other}
- {name: packed, version: "2.*", repository: "oci://example.com/charts", alias: another}
`,
    'Chart.lock': `dependencies:
- name: folder
  repository: https://example.com/charts
  version: 1.2.3
digest: sha256:1111111111111111111111111111111111111111111111111111111111111111
generated: "2024-05-06T07:08:09.000000001Z"
`,
    'values.yaml': 'folder: {enabled: true}\nother: {x: 1}\n',
    ...subchart('folder', '1.2.3'),
    'charts/folder/values.yaml': 'exports: {data: {imported: yes}, deep: {er: 1}}\n',
    'charts/folder/charts/grandchild/Chart.yaml': head('grandchild'),
    'charts/folder/charts/grandchild/templates/mirror.yaml': MIRROR,
    'charts/packed-2.3.4.tgz': pack('packed', '2.3.4'),
    'charts/packed-2.3.4.tgz.prov': 'somebody signed something\n',
    'charts/_left-out.tgz': 'no chart\n',
  },
  'a library': {
    'Chart.yaml': `${head('library')}type: library\n`,
    'templates/_helpers.tpl': '{{ define "library.name" }}name{{ end }}\n',
  },
  'paths of more than 100 bytes': {
    'Chart.yaml': head('long'),
    [`files/${LONG}/${LONG}/${LONG}/fits-into-the-prefix.txt`]: 'a\n',
    [`files/${`${LONG}/`.repeat(8)}fits-nowhere.txt`]: 'b\n',
    [`files/${'n'.repeat(120)}.txt`]: 'c\n',
    [`files/${LONG}/${LONG}/größer-als-hundert-bytes-${'ü'.repeat(20)}.txt`]: 'd\n',
  },
  'empty files, byte order marks, and line ends of Windows': {
    'Chart.yaml': `\uFEFF${head('odd').replaceAll('\n', '\r\n')}`,
    'values.yaml': '',
    'Chart.lock': '',
    'files/empty.txt': '',
    'files/bom.txt': '\uFEFFwith a mark\r\n',
    'files/binary.bin': Uint8Array.from({ length: 512 }, (_, index) => index % 256),
    'templates/NOTES.txt': '',
  },
  'a schema, resources of its own, and tests': {
    'Chart.yaml': `${head('complete')}description: Has one of everything\n`,
    'values.yaml': '# with a comment\nport: 80 # and another\n',
    'values.schema.json': '{\n  "properties": { "port": { "type": "integer", "maximum": 65535 } }\n}\n',
    'crds/crd.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a.b}\n',
    'templates/NOTES.txt': 'port {{ .Values.port }}\n',
    'templates/tests/connect.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n',
    LICENSE: 'do what you like\n',
    'README.md': '# Complete\n',
  },
  'files that .helmignore leaves out': {
    'Chart.yaml': head('ignoring'),
    '.helmignore': '# comment\n*.bak\n/root-only.txt\nfolder/\nci/*.yaml\n[a-c].log\n\\!bang\n  spaced  \n',
    'kept.txt': 'kept\n',
    'dropped.bak': 'dropped\n',
    'root-only.txt': 'dropped\n',
    'files/root-only.txt': 'kept\n',
    'files/folder/dropped.txt': 'dropped\n',
    'files/folder.txt': 'kept\n',
    'docs/folder': 'kept: the rule is for folders\n',
    'ci/values.yaml': 'dropped: true\n',
    'ci/deeper/values.yaml': 'kept: true\n',
    'b.log': 'dropped\n',
    'd.log': 'kept\n',
    '!bang': 'dropped\n',
    spaced: 'dropped\n',
    'templates/.hidden.yaml': 'dropped: {{ fail "seen" }}\n',
    'templates/deeper/.hidden.yaml': 'kept: true\n',
  },
}

export const generatedCharts: readonly SampleChart[] = Object.entries(FILES).map(([title, files]) => ({
  title,
  write: (folder) => writeFiles(folder, title === 'a library' ? files : { 'templates/mirror.yaml': MIRROR, ...files }),
}))

function head(name: string, version = '0.1.0'): string {
  return `apiVersion: v2\nname: ${name}\nversion: ${version}\n`
}

function subchart(name: string, version: string): Files {
  return {
    [`charts/${name}/Chart.yaml`]: head(name, version),
    [`charts/${name}/values.yaml`]: `of: ${name}\n`,
    [`charts/${name}/templates/mirror.yaml`]: MIRROR,
    [`charts/${name}/README.md`]: `# ${name}\n`,
  }
}

function pack(name: string, version: string): Uint8Array {
  const files = { 'Chart.yaml': head(name, version), 'values.yaml': 'packed: true\n', 'templates/mirror.yaml': MIRROR }
  return makeArchive(Object.entries(files).map(([path, text]) => ({ name: `${name}/${path}`, text })))
}

async function writeFiles(folder: string, files: Files): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}
