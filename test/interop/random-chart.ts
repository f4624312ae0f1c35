/** Random charts: most are valid except for one or two oddities. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { oddArchive } from './random-archive.js'
import { type Draft, listDraft, newDraft, type Oddity, packDraft, writeFolder } from './random-draft.js'
import { oddFiles, oddFolder } from './random-files.js'
import { oddMetadata } from './random-metadata.js'
import { oddSubcharts } from './random-subcharts.js'

/** A chart that is not written yet. */
export interface RandomChart {
  readonly kind: 'folder' | 'archive'
  readonly oddities: readonly Oddity[]
}

const odd = (own: fc.Arbitrary<Oddity>): fc.Arbitrary<readonly Oddity[]> => {
  const any = fc.oneof(
    { weight: 4, arbitrary: oddMetadata },
    { weight: 3, arbitrary: oddFiles },
    { weight: 3, arbitrary: oddSubcharts },
    { weight: 3, arbitrary: own },
  )
  return fc.oneof(
    { weight: 60, arbitrary: fc.array(any, { minLength: 1, maxLength: 1 }) },
    { weight: 38, arbitrary: fc.array(any, { minLength: 2, maxLength: 3 }) },
    { weight: 2, arbitrary: fc.constant([]) },
  )
}

/** Draws charts. */
export const randomChart: fc.Arbitrary<RandomChart> = fc.oneof(
  { weight: 3, arbitrary: odd(oddFolder).map((oddities) => ({ kind: 'folder' as const, oddities })) },
  { weight: 1, arbitrary: odd(oddArchive).map((oddities) => ({ kind: 'archive' as const, oddities })) },
)

/** Makes a chart with one thing that is odd. */
export function makeExample(kind: RandomChart['kind'], what: string, apply: (draft: Draft) => void): RandomChart {
  return { kind, oddities: [{ what, apply }] }
}

/** Says what is odd about a chart. */
export function titleChart({ kind, oddities }: RandomChart): string {
  return `${kind}: ${oddities.map(({ what }) => what).join(', ') || 'nothing odd'}`
}

/** Writes a chart into a folder of its own, and gives its path. */
export async function writeChart({ kind, oddities }: RandomChart, folder: string): Promise<string> {
  const draft = newDraft()
  for (const { apply } of oddities) apply(draft)
  if (kind === 'folder') {
    const path = join(folder, 'mychart')
    await writeFolder(draft, path)
    return path
  }
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'chart.tgz')
  await writeFile(path, packDraft(draft))
  return path
}

/** Describes what is in a chart, to explain why it is odd. */
export function showChart(chart: RandomChart): string {
  const draft = newDraft()
  for (const { apply } of chart.oddities) apply(draft)
  const files = [...listDraft(draft)].map(([path, content]) => {
    const text = Buffer.from(content as string).toString()
    return `${path}: ${JSON.stringify(text.length > 500 ? `${text.slice(0, 500)}… (${text.length})` : text)}`
  })
  const links = [...draft.links].map(([path, target = 'an empty folder']) => `${path} -> ${target}`)
  return [titleChart(chart), ...files, ...links].join('\n')
}
