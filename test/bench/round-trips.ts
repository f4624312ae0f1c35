/** What a push takes when the registry is far away: requests, waves and seconds of each client. */
import { join } from 'node:path'
import type { Bench } from './bench.js'
import type { Contest, Contestant } from './contest.js'
import { type Measured, measureProcess, measureScript } from './measure.js'
import { nodeContestant } from './node-contestant.js'
import { type PreparedChart, prepareCharts } from './prepare-charts.js'
import { orasPush } from './push-one.js'
import { pushScript, WARMING, warmPushScript } from './push-scripts.js'
import type { ServedRegistry } from './serve-registry.js'

/** Milliseconds before each answer, and the share of helm's time that we want to stay below. */
export const DISTANCES = [
  { delay: 0, targets: {} },
  { delay: 20, targets: { 'helm 4 push': 1 / 0.6, 'helm 3 push': 1 / 0.6 } },
  { delay: 100, targets: {} },
] as const
const ROUNDS = 7
/** Of a push: the tag, the mounts, the blobs, the manifest. */
const WAVES = 4

/** @param registries One for each distance. */
export async function roundTrips(
  { folder, charts, programs, env }: Bench,
  registries: readonly ServedRegistry[],
): Promise<readonly Contest[]> {
  const prepared = await prepareCharts(charts.slice(-1), WARMING + ROUNDS, join(folder, 'round-trips'))
  const chartOf = (round: number): PreparedChart => prepared[WARMING + round] as PreparedChart
  return DISTANCES.map(({ delay, targets }, index): Contest => {
    const registry = registries[index] as ServedRegistry
    const { host } = registry
    const counted = ({ run, ...contestant }: Contestant): Contestant => ({
      ...contestant,
      async run(round) {
        await registry.countRequests()
        const measured = await run(round)
        const { requests, waves } = await registry.countRequests()
        return { ...measured, note: `${requests} requests, ${waves} waves` }
      },
    })
    return {
      title: `push of the small chart ${chartOf(0).name}, with ${delay} ms before each answer`,
      rounds: ROUNDS,
      contestants: [
        nodeContestant(
          `pushChart(), a call after ${WARMING} others`,
          (round) => warmPushScript(prepared.slice(0, WARMING), chartOf(round), `${host}/warm-${round}`),
          async (script) => ({ ...(await measureScript(script)), note: 'the same, on open connections' }),
        ),
        counted(nodeContestant('a script with pushChart()', (round) => pushScript(chartOf(round), `${host}/script`))),
        ...(['helm3', 'helm4'] as const).map((helm) =>
          counted({
            name: `helm ${helm.at(-1)} push`,
            run: async (round) =>
              measureProcess(
                programs[helm],
                ['push', chartOf(round).archive, `oci://${host}/${helm}`, '--plain-http'],
                { env },
              ),
          }),
        ),
        counted({
          name: 'oras push',
          run: async (round) => measureProcess(programs.oras, orasPush(chartOf(round), `${host}/oras`), { env }),
        }),
        ...(delay === 0
          ? []
          : [{ name: `the ${WAVES} round trips of pushChart()`, isLimit: true, run: async () => distance(delay) }]),
      ],
      targets,
    }
  })
}

async function distance(delay: number): Promise<Measured> {
  return { seconds: (WAVES * delay) / 1000, peak: 0, note: 'calculated' }
}
