/** One push of a real chart: process against process, and as a call in a program that is running. */
import { join } from 'node:path'
import type { Bench } from './bench.js'
import { barePush } from './bare-requests.js'
import type { Contest, Contestant } from './contest.js'
import { measureNode, measureProcess, measureScript, timed } from './measure.js'
import { nodeContestant } from './node-contestant.js'
import { type PreparedChart, prepareCharts } from './prepare-charts.js'
import { pushScript, WARMING, warmPushScript } from './push-scripts.js'

const ROUNDS = 11

export async function pushOne({ folder, host, charts, programs, env }: Bench): Promise<readonly Contest[]> {
  // The chart of middling size; every round pushes another version of it, and the first ones warm up.
  const middle = Math.floor(charts.length / 2)
  const prepared = await prepareCharts(charts.slice(middle, middle + 1), WARMING + ROUNDS + 1, join(folder, 'push-one'))
  const chartOf = (round: number): PreparedChart => prepared[WARMING + round] as PreparedChart
  const helm = (name: string, program: string, where: string): Contestant => ({
    name,
    run: async (round) =>
      measureProcess(program, ['push', chartOf(round).archive, `oci://${host}/${where}`, '--plain-http'], { env }),
  })
  const others = (where: string): readonly Contestant[] => [
    helm('helm 3 push', programs.helm3, `${where}-helm3`),
    helm('helm 4 push', programs.helm4, `${where}-helm4`),
    {
      name: 'oras push',
      run: async (round) => measureProcess(programs.oras, orasPush(chartOf(round), `${host}/${where}-oras`), { env }),
    },
  ]
  const warming = prepared.slice(0, WARMING)
  return [
    {
      title: `push of the chart ${chartOf(0).name}, from the start of a process to its exit`,
      rounds: ROUNDS,
      contestants: [
        nodeContestant('a script with pushChart()', (round) => pushScript(chartOf(round), `${host}/ours-process`)),
        ...others('process'),
        { name: 'bare Node, which pushes nothing', isLimit: true, run: async () => measureNode('') },
      ],
      targets: { 'helm 3 push': 1, 'helm 4 push': 1 },
    },
    {
      title: `push of the chart ${chartOf(0).name}, as a call in a program that has pushed ${WARMING} charts before`,
      rounds: ROUNDS,
      contestants: [
        nodeContestant(
          'pushChart()',
          (round) => warmPushScript(warming, chartOf(round), `${host}/ours-call-${round}`),
          measureScript,
        ),
        ...others('call'),
        {
          name: 'the same requests by node:http, nothing read or checked',
          isLimit: true,
          run: async (round) =>
            measureScript(`
              ${barePush(host, `bare-call-${round}`)}
              for (const chart of ${JSON.stringify(warming)}) await push(chart)
              ${timed(`await push(${JSON.stringify(chartOf(round))})`)}
            `),
        },
      ],
      targets: { 'helm 3 push': 5, 'helm 4 push': 5 },
    },
  ]
}

/** The arguments with which oras pushes what helm pushes. */
export function orasPush(chart: PreparedChart, where: string): readonly string[] {
  const { name, version, archive, config } = chart
  return [
    'push',
    '--plain-http',
    '--disable-path-validation',
    `${where}/${name}:${version}`,
    '--config',
    `${config}:application/vnd.cncf.helm.config.v1+json`,
    `${archive}:application/vnd.cncf.helm.chart.content.v1.tar+gzip`,
  ]
}
