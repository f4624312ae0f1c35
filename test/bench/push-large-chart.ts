/** A chart as large as Helm takes it, of bytes that do not compress: the worst case for memory. */
import { createCipheriv } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from './bench.js'
import type { Contest } from './contest.js'
import { measureScript, MEBIBYTE, PACKAGE, timed } from './measure.js'

const FILES = 20
const FILE_SIZE = 5 * MEBIBYTE
const SIZE = FILES * FILE_SIZE
/** How often the chart may be in memory; the process itself is counted in. */
const BUDGET = 3

export async function pushLargeChart({ folder, host }: Bench): Promise<readonly Contest[]> {
  const chart = join(folder, 'large-chart')
  await makeChart(chart)
  const contestant = (format: 'helm' | 'split') => ({
    name: `pushChart(), format ${format}`,
    isOurs: true,
    // Every repository is a new one, so that the registry has to take everything.
    run: async (round: number) => {
      // Helm's limit is below 100 MiB, and Chart.yaml counts, too.
      const options = JSON.stringify({ format, limits: { chartBytes: SIZE + MEBIBYTE } })
      const reference = `oci://${host}/large-chart-${round}/${format}`
      return measureScript(`
        import { pushChart } from ${PACKAGE}
        ${timed(`await pushChart(${JSON.stringify(chart)}, ${JSON.stringify(reference)}, ${options})`)}
      `)
    },
  })
  return [
    {
      title: `a folder of ${SIZE / MEBIBYTE} MiB in ${FILES} files: read, pack, push`,
      memory: (BUDGET * SIZE) / MEBIBYTE,
      contestants: [contestant('helm'), contestant('split')],
    },
  ]
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
