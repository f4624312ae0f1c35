/** Makes docs/maintainers/performance.md of what was measured. */
import { type Entry, isFastEnough, type Outcome } from './contest.js'
import { formatRatio } from './draw-ratios.js'
import type { Profile } from './profile.js'

/** What stands below this heading is written by hand, and kept. */
const BY_HAND = '## What was tried'

export interface PerformancePage {
  /** Machine, versions and commit. */
  readonly conditions: readonly string[]
  readonly outcomes: readonly Outcome[]
  /** Of what missed a target. */
  readonly profiles: readonly Profile[]
  readonly installation: { readonly packages: number; readonly size: number }
  /** The page as it was. */
  readonly before: string
}

export function formatPerformance({ conditions, outcomes, profiles, installation, before }: PerformancePage): string {
  const byHand = before.includes(BY_HAND) ? before.slice(before.indexOf(BY_HAND)) : `${BY_HAND}\n`
  const targets = outcomes.flatMap(listTargets)
  const missed = targets.filter(({ isMet }) => !isMet)
  return `# Performance

![How many times as fast as others](performance.svg)

The chart shows how many times as fast as another program oras-helm is. A black line is the target. A bar is red if it is
below the target, or, without a target, if oras-helm is slower. \`npm run bench\` measures and writes this page${
    missed.length === 0 ? '; every target was met.' : `; ${missed.length} of ${targets.length} targets were missed.`
  }
Programs that do the same work run in turns. Times belong to one machine: compare them only within a table. The numbers of
round trips are promised and tested (\`test/support/push-cases.ts\`, \`test/oras/graph/copy.test.ts\`).

${conditions.map((line) => `- ${line}`).join('\n')}
- installed: ${installation.packages} packages in addition to oras-helm, ${installation.size.toFixed(1)} MiB in all

## Measured

The times are medians, and the range in which half of the rounds lie. The memory is the maximum of the whole process in all
rounds.

${outcomes.map(formatOutcome).join('\n\n')}
${formatProfiles(profiles)}
${byHand}`
}

function formatOutcome({ contest, entries }: Outcome): string {
  const rows = entries.map((entry, index) => [
    entry.isLimit ? `*limit:* ${entry.name}` : entry.name,
    seconds(entry.median),
    entry.quartiles.map(seconds).join(' to '),
    index === 0 || entry.isOurs ? '' : formatRatio(entry.ratio),
    formatTarget(entry),
    index === 0 ? formatMemory(entry, contest.memory) : formatMemory(entry),
    entry.samples.at(-1)?.note ?? '',
  ])
  const head = [
    '',
    'median',
    `half of ${entries[0]?.samples.length ?? 0} rounds`,
    'ours is … as fast',
    'target',
    'memory',
    '',
  ]
  const shown = head.map((_, column) => column < 4 || rows.some((row) => row[column] !== ''))
  const table = [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.filter((_, column) => shown[column]).join(' | ')} |`)
    .join('\n')
  return `### ${contest.title[0]?.toUpperCase()}${contest.title.slice(1)}\n\n${table}`
}

function formatProfiles(profiles: readonly Profile[]): string {
  if (profiles.length === 0) return ''
  const parts = [...(profiles[0]?.parts.keys() ?? [])]
  const rows = parts.map((part) => [part, ...profiles.map(({ parts: all }) => formatShare(all, part))])
  const sums = ['the main thread in all', ...profiles.map(({ parts: all }) => seconds(sum(all) / 1000))]
  const head = ['', ...profiles.map(({ title }) => title)]
  return `
## Where the time goes

What the main thread did in the contests that missed a target, from the start of the process to its end, including the work
before the measured call. The profiler itself takes time too.

${[head, head.map(() => '---'), ...rows, sums].map((row) => `| ${row.join(' | ')} |`).join('\n')}
`
}

function formatShare(parts: ReadonlyMap<string, number>, part: string): string {
  return `${((100 * (parts.get(part) ?? 0)) / sum(parts)).toFixed(0)} %`
}

function sum(parts: ReadonlyMap<string, number>): number {
  return [...parts.values()].reduce((total, each) => total + each, 0)
}

function formatMemory({ peak }: Entry, budget = Infinity): string {
  if (peak === 0) return ''
  const text = `${peak.toFixed(0)} MiB`
  return budget === Infinity ? text : `${text} ${peak <= budget ? '✓' : '✗'} ≤ ${budget}`
}

function formatTarget(entry: Entry): string {
  if (entry.target === undefined) return ''
  return `${isFastEnough(entry) ? '✓' : '✗'} ≥ ${formatRatio(entry.target)}`
}

/** Tells the targets of a contest, and which of them were met. */
export function listTargets({ contest, entries }: Outcome): readonly { readonly isMet: boolean }[] {
  const ratios = entries.filter(({ target }) => target !== undefined).map((entry) => ({ isMet: isFastEnough(entry) }))
  const { memory } = contest
  return memory === undefined ? ratios : [...ratios, { isMet: (entries[0]?.peak ?? 0) <= memory }]
}

function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`
}
