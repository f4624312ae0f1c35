/** Many charts, pushed by one process: all of them new, and all of them once more. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench } from './bench.js'
import { barePush } from './bare-requests.js'
import type { Contest, Contestant } from './contest.js'
import { measureNode, measureProcess, PACKAGE } from './measure.js'
import { nodeContestant } from './node-contestant.js'
import { prepareCharts } from './prepare-charts.js'
import { eachOf } from './each-of.js'

const COUNT = 500
/** At the same time, for all who can. */
const PARALLEL = 4
/** A loop of processes takes minutes, and changes little. */
const LOOPED = 50

export async function pushMany({ folder, host, charts, programs, env }: Bench): Promise<readonly Contest[]> {
  const prepared = await prepareCharts(charts, COUNT, join(folder, 'push-many'))
  const list = join(folder, 'push-many.json')
  await writeFile(list, JSON.stringify(prepared))
  // Each round has repositories of its own, so that the registry has to take everything once.
  const ours = nodeContestant('pushChart()', (round) => oursScript(list, `oci://${host}/many-${round}`))
  const orasGo: Contestant = {
    name: 'a Go program with oras-go',
    run: async (round) => measureProcess(programs.orasGo, [list, `${host}/many-go-${round}`, String(PARALLEL)]),
  }
  const bare: Contestant = {
    name: 'the same requests by node:http, nothing read or checked',
    isLimit: true,
    run: async (round) =>
      measureNode(`${barePush(host, `many-bare-${round}`)} ${eachOf(list, PARALLEL, 'push(chart)')}`),
  }
  const loop = prepared.slice(0, LOOPED).map(({ archive }) => archive)
  const script = `for chart in "$@"; do "$HELM" push "$chart" "$WHERE" --plain-http || exit 1; done`
  return [
    {
      title: `${COUNT} different charts, ${PARALLEL} at a time, in one process`,
      contestants: [ours, orasGo, bare],
      targets: { [orasGo.name]: 0.9 },
    },
    {
      title: `the same ${COUNT} charts again`,
      contestants: [{ ...ours, script: () => oursScript(list, `oci://${host}/many-0`) }, orasGo],
      targets: { [orasGo.name]: 2 },
    },
    {
      title: `${LOOPED} of these charts, one after the other`,
      contestants: [
        nodeContestant(ours.name, (round) => oursScript(list, `oci://${host}/loop-${round}`, LOOPED, 1)),
        {
          name: 'a shell loop of helm 4 push',
          run: async (round) =>
            measureProcess('bash', ['-c', script, 'loop', ...loop], {
              env: { ...env, HELM: programs.helm4, WHERE: `oci://${host}/many-helm-${round}` },
            }),
        },
      ],
    },
  ]
}

function oursScript(list: string, where: string, count = COUNT, parallel = PARALLEL): string {
  const action = `pushChart(chart.archive, ${JSON.stringify(where)}, { missingDependencies: 'warn' })`
  return `import { pushChart } from ${PACKAGE}; ${eachOf(list, parallel, action, count)}`
}
