/** Measures `pushChart` of a chart as large as Helm takes it, of bytes that do not compress: the worst case for memory. */
import { createCipheriv } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Bench,
  listPeaks,
  listSeconds,
  type Measured,
  measureScript,
  MEBIBYTE,
  median,
  type Outcome,
  PACKAGE,
  ROUNDS,
} from './measure.js'

const FILES = 20
const FILE_SIZE = 5 * MEBIBYTE
const SIZE = FILES * FILE_SIZE
/** How often the chart may be in memory; the process itself is counted in. */
const BUDGET = 3

export async function benchChart({ folder, host }: Bench): Promise<Outcome> {
  const chart = join(folder, 'chart')
  await makeChart(chart)
  const helm: Measured[] = []
  const split: Measured[] = []
  for (let round = 0; round < ROUNDS; round++) {
    // Every repository is a new one, so that the registry has to take everything.
    helm.push(await pushChart(chart, `oci://${host}/round-${round}/helm`, 'helm'))
    split.push(await pushChart(chart, `oci://${host}/round-${round}/split`, 'split'))
  }
  const outcomes = [describe('helm', helm), describe('split', split)]
  return {
    rows: outcomes.flatMap(({ rows }) => rows),
    spread: outcomes.map(({ spread }) => spread).join('; '),
    failures: outcomes.flatMap(({ failures }) => failures),
  }
}

function describe(format: string, pushes: readonly Measured[]): Outcome {
  const seconds = pushes.map((each) => each.seconds)
  const peak = Math.max(...pushes.map((each) => each.peak)) / 1024
  const ratio = (peak * MEBIBYTE) / SIZE
  return {
    rows: [
      `| chart folder of ${SIZE / MEBIBYTE} MiB in ${FILES} files to Distribution by \`pushChart\`, format \`${format}\`: read, pack, push | ${median(seconds).toFixed(2)} s | | | |`,
      `| its peak resident memory, process and all | ${peak.toFixed(0)} MiB | ${SIZE / MEBIBYTE} MiB of chart, which does not compress | ${ratio.toFixed(2)} × | ≤ ${BUDGET} × |`,
    ],
    spread: `of the charts as \`${format}\` ${listSeconds(seconds)}, ${listPeaks(pushes)}`,
    failures: ratio <= BUDGET ? [] : [`the chart as ${format} needed ${peak.toFixed(0)} MiB`],
  }
}

async function pushChart(chart: string, reference: string, format: string): Promise<Measured> {
  // Helm's limit is below 100 MiB, and Chart.yaml counts, too.
  const options = { format, limits: { chartBytes: SIZE + MEBIBYTE } }
  return measureScript(`
    import { pushChart } from ${PACKAGE}
    const { reused } = await pushChart(${JSON.stringify(chart)}, ${JSON.stringify(reference)}, ${JSON.stringify(options)})
    if (reused.length > 0) throw new Error('the registry had a part of the chart already')
  `)
}

/** Noise, but the same in each run: what a cipher makes of zeros. */
async function makeChart(folder: string): Promise<void> {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'bench'), Buffer.alloc(16))
  const zeros = Buffer.alloc(FILE_SIZE)
  await mkdir(join(folder, 'files'), { recursive: true })
  await writeFile(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: large\nversion: 1.0.0\n')
  for (let count = 0; count < FILES; count++) {
    await writeFile(join(folder, 'files', `${count}.bin`), cipher.update(zeros))
  }
}
