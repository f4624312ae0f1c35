/** Questions: what is in many charts, and which versions there are. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildManifest, bytesContent, pushChart, Repository } from '../../src/index.js'
import type { Bench } from './bench.js'
import { bareInspect, eachOf } from './bare-requests.js'
import type { Contest } from './contest.js'
import { measureNode, measureProcess, PACKAGE } from './measure.js'
import { nodeContestant } from './node-contestant.js'
import { prepareCharts } from './prepare-charts.js'

const INSPECTED = 500
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
  const loop = 'for chart in "$@"; do "$HELM" show chart "$chart" --plain-http || exit 1; done'
  await pushTags(`${host}/tagged`)
  return [
    {
      title: `what is in each of ${INSPECTED} charts, 4 at a time; helm one after the other`,
      contestants: [
        nodeContestant(
          'inspectChart()',
          () => `
            import { inspectChart } from ${PACKAGE}
            const rest = ${JSON.stringify(references)}
            const work = async () => { for (let each; (each = rest.shift()); ) await inspectChart(each) }
            await Promise.all([1, 2, 3, 4].map(work))
          `,
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
          run: async () => measureNode(`${bareInspect(host, 'inspected')} ${eachOf(list, 4, 'inspect(chart)')}`),
        },
      ],
      targets: { [`helm 4 show chart (measured with ${INSPECTED / SHARE})`]: 3 },
    },
    {
      title: `the ${TAGS} tags of a repository`,
      contestants: [
        {
          name: 'a script with listChartVersions()',
          run: async () =>
            measureNode(`
              import { listChartVersions } from ${PACKAGE}
              const { versions } = await listChartVersions(${JSON.stringify(`oci://${host}/tagged`)})
              if (versions.length !== ${TAGS}) throw new Error('there are ' + versions.length)
            `),
        },
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
