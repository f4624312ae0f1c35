/** A chart in the making, which oddities change one after the other before it is written to the disk. */
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { makeTar, pax, type RawEntry } from '../support/make-chart.js'

/** Everything about a chart that an oddity may change. */
export interface Draft {
  /** Of Chart.yaml: YAML as it is written behind each key. */
  readonly fields: Map<string, string>
  /** Changes of the text of Chart.yaml. */
  readonly respell: ((text: string) => string | Uint8Array)[]
  readonly files: Map<string, string | Uint8Array>
  /** Targets by path; an empty folder has no target. */
  readonly links: Map<string, string | undefined>
  /** Changes of the entries of an archive, of the bytes of its tar, and of its own bytes. */
  readonly repack: ((entries: readonly RawEntry[]) => readonly RawEntry[])[]
  readonly retar: ((tar: Buffer) => Buffer)[]
  readonly damage: ((archive: Buffer) => Buffer)[]
}

/** One thing that is odd about a chart. */
export interface Oddity {
  readonly what: string
  readonly apply: (draft: Draft) => void
}

/** A path outside of the chart folder, for links that leave it. */
export const OUTSIDE = '../outside'

/** Makes an oddity of each of some texts. */
export function oddity(what: string, texts: fc.Arbitrary<string>, apply: (draft: Draft, text: string) => void) {
  return texts.map((text): Oddity => {
    const shown = text.length > 60 ? `${text.slice(0, 40)}… (${text.length})` : text
    return { what: `${what} ${JSON.stringify(shown)}`, apply: (draft) => apply(draft, text) }
  })
}

/** Makes oddities out of a table: what each is called, and what it does. */
export function oddities(table: Readonly<Record<string, (draft: Draft) => void>>): fc.Arbitrary<Oddity> {
  return fc.constantFrom(...Object.entries(table).map(([what, apply]) => ({ what, apply })))
}

/** A valid chart. */
export function newDraft(name = 'mychart', version = '1.2.3'): Draft {
  const fields = {
    apiVersion: 'v2',
    name,
    version,
    description: 'A chart',
    appVersion: '"1.16.0"',
    type: 'application',
  }
  const files = {
    'values.yaml': `replicas: 1\nof: ${name}\n`,
    'templates/deployment.yaml': 'kind: Deployment\n',
    'templates/_helpers.tpl': '{{/* helpers */}}\n',
    'templates/NOTES.txt': 'Thank you.\n',
    'crds/crd.yaml': 'kind: CustomResourceDefinition\n',
    'README.md': `# ${name}\n`,
    'docs/guide.md': 'How to.\n',
  }
  return {
    fields: new Map(Object.entries(fields)),
    respell: [],
    files: new Map(Object.entries(files)),
    links: new Map(),
    repack: [],
    retar: [],
    damage: [],
  }
}

/** Gives all files, Chart.yaml first. */
export function listDraft({ fields, respell, files }: Draft): ReadonlyMap<string, string | Uint8Array> {
  let chartYaml: string | Uint8Array = [...fields].map(([key, value]) => `${key}: ${value}\n`).join('')
  for (const change of respell) chartYaml = typeof chartYaml === 'string' ? change(chartYaml) : chartYaml
  return new Map([['Chart.yaml', chartYaml], ...files])
}

/** Writes the chart as a folder, and the files outside to which its links may lead. */
export async function writeFolder(draft: Draft, folder: string): Promise<void> {
  await mkdir(join(folder, OUTSIDE), { recursive: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, OUTSIDE, 'secret.txt'), 'secret\n')
  const paths = [...listDraft(draft).keys(), ...draft.links.keys()]
  // No folder can hold a file or a link that is also a folder.
  const isFolder = (path: string): boolean => paths.some((other) => other.startsWith(`${path}/`))
  for (const [path, content] of listDraft(draft)) {
    if (draft.links.has(path) || isFolder(path)) continue
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  for (const [path, target] of draft.links) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    if (target === undefined) await mkdir(join(folder, path), { recursive: true })
    else if (!isFolder(path)) await symlink(target, join(folder, path))
  }
}

/** Packs the chart as an archive. */
export function packDraft(draft: Draft, root = 'mychart'): Buffer {
  const paths = [...listDraft(draft)]
  let entries: readonly RawEntry[] = paths.flatMap(([path, text]) => nameEntry(`${root}/${path}`, text))
  for (const change of draft.repack) entries = change(entries)
  let tar: Buffer = makeTar(entries)
  for (const change of draft.retar) tar = change(tar)
  let archive: Buffer = gzipSync(tar, { level: 1 })
  for (const change of draft.damage) archive = change(archive)
  return archive
}

/** Gives the entry of a file, behind PAX records if its header has no place for the name. */
export function nameEntry(name: string, text: string | Uint8Array): readonly RawEntry[] {
  const isPlain = /^[ -~]{1,100}$/.test(name)
  return isPlain ? [{ name, text }] : [pax(`path=${name}`), { name: 'file', text }]
}
