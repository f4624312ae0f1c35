/** Makes docs/performance.md of what was measured. */
import type { Entry, Outcome } from './contest.js'
import { formatRatio } from './draw-ratios.js'

/** What stands below this heading is written by hand, and kept. */
const BY_HAND = '## What was tried'

export interface PerformancePage {
  /** Machine, versions and commit. */
  readonly conditions: readonly string[]
  readonly outcomes: readonly Outcome[]
  readonly installation: { readonly packages: number; readonly size: number }
  /** The page as it was. */
  readonly before: string
}

export function formatPerformance({ conditions, outcomes, installation, before }: PerformancePage): string {
  const byHand = before.includes(BY_HAND) ? before.slice(before.indexOf(BY_HAND)) : `${BY_HAND}\n`
  const targets = outcomes.flatMap(listTargets)
  const missed = targets.filter(({ isMet }) => !isMet)
  return `# Performance

![How many times as fast as others](performance.svg)

Green bars: so many times as fast as the other. \`npm run bench\` measures and writes this page${
    missed.length === 0 ? ';\nevery target was met.' : `;\n${missed.length} of ${targets.length} targets were missed.`
  } All who do the same work take turns. Times belong to one machine: compare them within
a table. Round trips are promises, and counted by tests (\`test/push-cases.ts\`, \`test/transfer/copy.test.ts\`).

${conditions.map((line) => `- ${line}`).join('\n')}
- installed: ${installation.packages} packages beside this one, ${installation.size.toFixed(1)} MiB in all

## Measured

Medians, and between which times half of the rounds lie; of memory the largest of all rounds, process and all.

${outcomes.map(formatOutcome).join('\n\n')}

${byHand}`
}

function formatOutcome({ contest, entries }: Outcome): string {
  const rows = entries.map((entry, index) => [
    entry.name,
    seconds(entry.median),
    entry.quartiles.map(seconds).join(' to '),
    index === 0 ? '' : formatRatio(entry.ratio),
    formatTarget(contest.targets?.[entry.name], entry),
    entry.peak > 0 ? `${entry.peak.toFixed(0)} MiB` : '',
    entry.samples.at(-1)?.note ?? '',
  ])
  const head = [
    '',
    'median',
    `half of ${entries[0]?.samples.length ?? 0} rounds`,
    'ours is so fast',
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

function formatTarget(target: number | undefined, { ratio }: Entry): string {
  if (target === undefined) return ''
  return `${ratio >= target ? '✓' : '✗'} ≥ ${formatRatio(target)}`
}

function listTargets({ contest, entries }: Outcome): readonly { readonly isMet: boolean }[] {
  return entries.flatMap(({ name, ratio }) => {
    const target = contest.targets?.[name]
    return target === undefined ? [] : [{ isMet: ratio >= target }]
  })
}

function seconds(value: number): string {
  return value < 1 ? `${(value * 1000).toFixed(0)} ms` : `${value.toFixed(2)} s`
}
