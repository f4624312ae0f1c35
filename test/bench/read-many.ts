/** Questions: what is in many charts, and which versions there are. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildManifest, bytesContent, pushChart, Repository } from '../../src/index.js'
import type { Bench } from './bench.js'
import { bareInspect } from './bare-requests.js'
import type { Contest } from './contest.js'
import { measureNode, measureProcess, PACKAGE } from './measure.js'
import { nodeContestant } from './node-contestant.js'
import { prepareCharts } from './prepare-charts.js'
import { eachOf } from './each-of.js'

const INSPECTED = 500
/** At the same time, for all who can. */
const PARALLEL = 4
/** A loop of processes takes minutes: it does less, and counts for more. */
const SHARE = 10
const TAGS = 1000

export async function readMany({ folder, host, charts, programs, env }: Bench): Promise<readonly Contest[]> {
  const where = `${host}/inspected`
  const prepared = await prepareCharts(charts, INSPECTED, join(folder, 'read-many'))
  for (const { archive } of prepared) {
    await pushChart(archive, `oci://${where}`, { missingDependencies: 'warn', credentials: 'anonymous' })
  }
  const list = join(folder, 'read-many.json')
  await writeFile(list, JSON.stringify(prepared))
  const references = prepared.map(({ name, version }) => `oci://${where}/${name}:${version}`)
  const action = `inspectChart('oci://${where}/' + chart.name + ':' + chart.version)`
  const loop = 'for chart in "$@"; do "$HELM" show chart "$chart" --plain-http || exit 1; done'
  await pushTags(`${host}/tagged`)
  return [
    {
      title: `what is in each of ${INSPECTED} charts, ${PARALLEL} at a time; helm one after the other`,
      contestants: [
        nodeContestant(
          'inspectChart()',
          () => `import { inspectChart } from ${PACKAGE}; ${eachOf(list, PARALLEL, action)}`,
        ),
        {
          name: `helm 4 show chart (measured with ${INSPECTED / SHARE})`,
          run: async (round) => {
            const some = references.slice(round * (INSPECTED / SHARE), (round + 1) * (INSPECTED / SHARE))
            const measured = await measureProcess('bash', ['-c', loop, 'loop', ...some], {
              env: { ...env, HELM: programs.helm4 },
            })
            return { seconds: measured.seconds * SHARE, peak: 0 }
          },
        },
        {
          name: 'the same requests by node:http, nothing checked',
          isLimit: true,
          run: async () => measureNode(`${bareInspect(host, 'inspected')} ${eachOf(list, PARALLEL, 'inspect(chart)')}`),
        },
      ],
      targets: { [`helm 4 show chart (measured with ${INSPECTED / SHARE})`]: 3 },
    },
    {
      title: `the ${TAGS} tags of a repository`,
      contestants: [
        nodeContestant(
          'a script with listChartVersions()',
          () => `
            import { listChartVersions } from ${PACKAGE}
            const { versions } = await listChartVersions(${JSON.stringify(`oci://${host}/tagged`)})
            if (versions.length !== ${TAGS}) throw new Error('there are ' + versions.length)
          `,
        ),
        {
          name: 'oras repo tags',
          run: async () => measureProcess(programs.oras, ['repo', 'tags', '--plain-http', `${host}/tagged`], { env }),
        },
        { name: 'bare Node, which asks nothing', isLimit: true, run: async () => measureNode('') },
      ],
    },
  ]
}

async function pushTags(repository: string): Promise<void> {
  const config = bytesContent(new TextEncoder().encode('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
  const manifest = buildManifest({ config, layers: [] })
  const target = new Repository(repository, { access: 'push' })
  await target.put(config)
  const tags = Array.from({ length: TAGS }, (_, index) => `1.0.${index}`)
  await target.putTagged(manifest, tags)
}
