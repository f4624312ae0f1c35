/** Packing of the largest chart, as processes. */
import { basename, dirname, join } from 'node:path'
import { missingDependencies, readChart } from '../../src/index.js'
import type { Bench } from './bench.js'
import type { Contest } from './contest.js'
import { measureProcess, PACKAGE } from './measure.js'
import { nodeContestant } from './node-contestant.js'

export async function packLargest({ folder, charts, programs, env }: Bench): Promise<readonly Contest[]> {
  const read = await Promise.all(charts.map(async (path) => ({ path, chart: await readChart(path) })))
  // Helm packs no chart that lacks a dependency.
  const largest = read.find(({ chart }) => missingDependencies(chart).length === 0)
  if (!largest) throw new Error('every chart lacks dependencies')
  const { path, chart } = largest
  const helm = (program: string) => async () =>
    measureProcess(program, ['package', path, '--destination', join(folder, 'packed')], { env })
  const tar = 'tar -C "$1" -cf - "$2" | gzip -6 > "$3"'
  return [
    {
      title: `a folder packed to an archive: ${chart.metadata.name}, ${chart.files.length} files, the largest that Helm packs`,
      contestants: [
        nodeContestant(
          'a script with packChart()',
          () => `
            import { packChart, readChart, writeContent } from ${PACKAGE}
            const chart = await readChart(${JSON.stringify(path)})
            await writeContent(await packChart(chart), ${JSON.stringify(join(folder, 'packed.tgz'))}, { overwrite: true })
          `,
        ),
        { name: 'helm 3 package', run: helm(programs.helm3) },
        { name: 'helm 4 package', run: helm(programs.helm4) },
        {
          name: 'tar and gzip -6, which check nothing',
          isLimit: true,
          run: async () =>
            measureProcess('bash', ['-c', tar, 'tar', dirname(path), basename(path), join(folder, 'tar.tgz')]),
        },
      ],
      targets: { 'helm 3 package': 1 / 0.7, 'helm 4 package': 1 / 0.7 },
    },
  ]
}
