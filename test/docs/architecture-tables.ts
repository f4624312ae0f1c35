/** The tables of docs/architecture.md that are made of the code: layers, and which files import outside modules. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LAYERS, type Part, TESTING } from '../support/layers.js'
import { importedFiles, importedModules, readSources, partOf } from '../support/read-sources.js'
import { readPage, ROOT } from './find-blocks.js'

export const PAGE = 'docs/architecture.md'

/** The tables, by the name in the comments around each. */
export function makeTables(): Readonly<Record<string, string>> {
  const files = readSources()
  const parts = [...LAYERS.flat(), ...TESTING]
  const uses = new Map<string, Set<string>>()
  const modules = new Map<string, Set<string>>()
  for (const file of files) {
    const from = partOf(file.path) ?? ''
    for (const target of importedFiles(file).map((path) => partOf(path) ?? '')) {
      if (target !== from) uses.set(from, (uses.get(from) ?? new Set()).add(target))
    }
    if (from.startsWith('testing/')) continue
    for (const module of importedModules(file)) modules.set(module, (modules.get(module) ?? new Set()).add(file.path))
  }
  const usesOf = ({ name }: Part): string =>
    parts
      .map((each) => each.name)
      .filter((each) => uses.get(name)?.has(each))
      .map((each) => `\`${each}\``)
      .join(', ')
  return {
    layers: formatTable(
      ['part', 'what it holds', 'imports'],
      parts.map((part) => [
        `\`${part.name}\``,
        part.holds,
        part.name.endsWith('index') ? 'all that it exports' : usesOf(part),
      ]),
    ),
    modules: formatTable(
      ['module', 'imported by'],
      [...modules]
        .toSorted(([a], [b]) => Number(a.startsWith('node:')) - Number(b.startsWith('node:')) || (a < b ? -1 : 1))
        .map(([module, paths]) => [`\`${module}\``, [...paths].map((path) => `\`${path}\``).join(', ')]),
    ),
  }
}

/** Puts the tables between their comments, `<!-- layers -->` and `<!-- /layers -->`. */
export function fillTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [before, rest] = text.split(`<!-- ${name} -->`)
    const after = rest?.split(`<!-- /${name} -->`)[1]
    if (after === undefined) throw new Error(`there is no place for the table ${name}`)
    return `${before}<!-- ${name} -->\n\n${table}\n\n<!-- /${name} -->${after}`
  }, page)
}

export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(ROOT, PAGE), fillTables(readPage(PAGE).text, makeTables()))
}
