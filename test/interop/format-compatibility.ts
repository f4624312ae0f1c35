/** Makes docs/maintainers/compatibility.md from the results of the tests with peers. */
import { NODES } from '../support/nodes.js'
import { type Peer, type PeerKind, PEERS } from './peers.js'
import type { Cell } from './read-cells.js'

const SECTIONS: readonly (readonly [title: string, text: string, kind: PeerKind])[] = [
  ['Clients', 'They push the same bytes, read what oras-helm pushes, and push what oras-helm reads.', 'client'],
  ['Registries', 'Every call is tested against each registry.', 'registry'],
  ['Answers', 'Recorded and random inputs, for which they give the same answers as oras-helm.', 'program'],
]

/** What does not come from a program of others: the registry in `oras-helm/testing`. */
const EMBEDDED = 'embedded registry'

/** A cell is ✓ or ✗ with the number of tests; `–` means that this peer is not asked. */
export function formatCompatibility(
  cells: readonly Cell[],
  versions: ReadonlyMap<Peer, string>,
  charts: number,
): string {
  const peers = Object.values<Peer>(PEERS)
  const listed = peers.map((peer) => [peer.title, versions.get(peer) ?? 'missing'])
  const sections = SECTIONS.map(([title, text, kind]) => {
    const columns = peers.filter((peer) => peer.kind === kind).map((peer) => peer.title)
    return [`## ${title}`, text, formatMatrix(cells, kind === 'registry' ? [EMBEDDED, ...columns] : columns)]
  })
  return `${[
    '# Compatibility',
    `Written by \`npm run interop\`: programs of other projects check what the library does. Each number counts the
tests that passed. CI fails if a test fails, if fewer tests run, or if a row or a column is missing. This run used the chart
of the examples, charts that the tests make, and ${charts} charts of other projects.`,
    formatTable(['program', 'version'], listed),
    `Zot and olareg cannot be installed as Go modules here; the registries of crane and CUE are tested in their place.`,
    ...sections.flat(),
    '## Versions of Node',
    `${NODES.slice(0, -1).join(', ')} and ${NODES.at(-1)}: CI runs all tests on ${NODES[0]}, and on the others the tests whose result can differ (\`npm run test:nodes\`).`,
  ].join('\n\n')}\n`
}

/** Tells whether a test failed, or none ran although the peer is there. */
export function isRed({ passed, failed }: Cell): boolean {
  return failed > 0 || passed === 0
}

/** What a run lacks that the page has, or has that the page lacks. */
export function comparePages(page: string, run: string): readonly string[] {
  const withoutNumbers = (text: string): string => text.replace(/\d\S*/g, '#')
  if (withoutNumbers(page) !== withoutNumbers(run)) {
    return ['docs/maintainers/compatibility.md has other rows or columns than this run: npm run interop writes it']
  }
  const charts = (text: string): string | undefined => /and (\d+) charts/.exec(text)?.[1]
  if (charts(page) !== charts(run)) {
    console.warn(`The numbers are not compared, because this run had ${charts(run)} charts instead of ${charts(page)}.`)
    return []
  }
  const counts = (text: string): readonly number[] => [...text.matchAll(/✓ (\d+)/g)].map(([, count]) => Number(count))
  const [told, found] = [counts(page), counts(run)]
  const fewer = told.filter((count, index) => (found[index] ?? 0) < count)
  return fewer.length === 0
    ? []
    : [`there are fewer tests than docs/maintainers/compatibility.md has, in ${fewer.length} cells`]
}

/** Checks as rows, peers as columns. */
function formatMatrix(cells: readonly Cell[], peers: readonly string[]): string {
  const checks = [...new Set(cells.filter(({ peer }) => peers.includes(peer)).map(({ check }) => check))]
  const rows = checks.toSorted().map((check) => [
    check,
    ...peers.map((peer) => {
      const cell = cells.find((each) => each.peer === peer && each.check === check)
      if (!cell) return '–'
      const { passed, failed } = cell
      return isRed(cell) ? `✗ ${failed} of ${passed + failed}` : `✓ ${passed}`
    }),
  ])
  return formatTable(['', ...peers], rows)
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
