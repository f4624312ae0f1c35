/** Makes docs/compatibility.md of what the judges said. */
import { type Judge, type JudgeKind, JUDGES } from './judges.js'
import type { Cell } from './read-cells.js'

const SECTIONS: readonly (readonly [title: string, text: string, kind: JudgeKind])[] = [
  ['Clients', 'What they push is what we push, what we push they read, and what they push we read.', 'client'],
  ['Registries', 'Every call, against each of them.', 'registry'],
  ['Answers', 'Questions, recorded or drawn by chance, that others answer as we do.', 'program'],
]

/** What does not come from a program of others: the registry in `oras-helm/testing`. */
const EMBEDDED = 'embedded registry'

/** A cell is ✓ or ✗ with the number of tests; `–` stands for what is no question to this judge. */
export function formatCompatibility(cells: readonly Cell[], versions: ReadonlyMap<Judge, string>): string {
  const judges = Object.values<Judge>(JUDGES)
  const listed = judges.map((judge) => [judge.title, versions.get(judge) ?? 'missing'])
  const named = new Set([...judges.map(({ title }) => title), EMBEDDED])
  const sections = SECTIONS.map(([title, text, kind]) => {
    const columns = judges.filter((judge) => judge.kind === kind).map((judge) => judge.title)
    return [`## ${title}`, text, formatMatrix(cells, kind === 'registry' ? [EMBEDDED, ...columns] : columns)]
  })
  const others = cells.filter(({ judge }) => !named.has(judge))
  return `${[
    '# Compatibility',
    `Written by \`npm run judges\`: programs that nobody here wrote judge what the library does. A number is that of the
tests that passed; CI fails on any ✗, and when a row or a column is missing.`,
    formatTable(['judge', 'version'], listed),
    ...sections.flat(),
    '## Versions of Node',
    'On 22 and 24 without what takes long: random input, hostile registries.',
    formatMatrix(others, [...new Set(others.map(({ judge }) => judge))]),
  ].join('\n\n')}\n`
}

/** A page without its numbers: which questions were asked of whom. */
export function withoutNumbers(page: string): string {
  return page.replace(/\d\S*/g, '#')
}

/** Checks as rows, judges as columns. */
function formatMatrix(cells: readonly Cell[], judges: readonly string[]): string {
  const checks = [...new Set(cells.filter(({ judge }) => judges.includes(judge)).map(({ check }) => check))]
  const rows = checks.toSorted().map((check) => [
    check,
    ...judges.map((judge) => {
      const cell = cells.find((each) => each.judge === judge && each.check === check)
      if (!cell) return '–'
      const { passed, failed } = cell
      return failed === 0 && passed > 0 ? `✓ ${passed}` : `✗ ${failed} of ${passed + failed}`
    }),
  ])
  return formatTable(['', ...judges], rows)
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
