/** The figures as a picture: how many times as fast we are, for each piece of work and each of the others. */
import { isFastEnough, type Outcome } from './contest.js'

const WIDTH = 900
const LABELS = 470
const BAR = 18
const GAP = 6
const TITLE = 24
const TOP = 40
const GREEN = '#2a9d5c'
const RED = '#d1603d'
/** The scale is logarithmic. */
const [LOWEST, HIGHEST] = [Math.log10(0.05), 2]
const TICKS = [0.1, 1, 10, 100]

/** Draws an SVG with a light background, so that it can be read on a dark page too. */
export function drawRatios(outcomes: readonly Outcome[]): string {
  const shapes: string[] = []
  let y = TOP
  for (const { contest, entries } of outcomes) {
    const others = entries.slice(1).filter(({ isLimit, isOurs }) => !isLimit && !isOurs)
    if (others.length === 0) continue
    shapes.push(`<text x="10" y="${y + 15}" font-weight="bold">${escape(contest.title)}</text>`)
    y += TITLE
    for (const entry of others) {
      const { name, ratio, target } = entry
      const [from, to] = [x(1), x(ratio)].toSorted((a, b) => a - b) as [number, number]
      const isGood = isFastEnough(entry)
      shapes.push(
        `<text x="${LABELS - 10}" y="${y + 13}" text-anchor="end">against ${escape(name)}</text>`,
        `<rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(1, to - from).toFixed(1)}" height="${BAR}" fill="${isGood ? GREEN : RED}"/>`,
        ...(target === undefined ? [] : [drawTarget(target, y)]),
        `<text x="${(Math.max(to, x(target ?? 1)) + 6).toFixed(1)}" y="${y + 13}">${formatRatio(ratio)}${
          target === undefined ? '' : ` ${isGood ? '✓' : '✗'}`
        }</text>`,
      )
      y += BAR + GAP
    }
    y += GAP
  }
  const ticks = TICKS.map((value) =>
    [
      `<line x1="${x(value).toFixed(1)}" y1="${TOP - 8}" x2="${x(value).toFixed(1)}" y2="${y}" stroke="${value === 1 ? '#333' : '#ddd'}"/>`,
      `<text x="${x(value).toFixed(1)}" y="${TOP - 14}" text-anchor="middle">${value} ×</text>`,
    ].join(''),
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 10}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${[...ticks, ...shapes].join('\n')}
</svg>
`
}

function drawTarget(target: number, y: number): string {
  return `<line x1="${x(target).toFixed(1)}" y1="${y - 2}" x2="${x(target).toFixed(1)}" y2="${y + BAR + 2}" stroke="#000" stroke-width="3"/>`
}

/** Two digits say all that such a figure is worth. */
export function formatRatio(ratio: number): string {
  return `${ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2)} ×`
}

function x(ratio: number): number {
  const part = (Math.log10(ratio) - LOWEST) / (HIGHEST - LOWEST)
  return LABELS + Math.min(1, Math.max(0, part)) * (WIDTH - LABELS - 60)
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
