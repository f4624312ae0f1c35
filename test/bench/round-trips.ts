/** What a push takes when the registry is far away: requests, waves and seconds of each client. */
import { join } from 'node:path'
import type { Bench } from './bench.js'
import type { Contest, Contestant } from './contest.js'
import { type Measured, measureNode, measureProcess, measureScript, PACKAGE, timed } from './measure.js'
import { orasPush } from './push-one.js'
import { type PreparedChart, prepareCharts } from './prepare-charts.js'
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
  const prepared = await prepareCharts(charts.slice(-1), ROUNDS + 1, join(folder, 'round-trips'))
  const chartOf = (round: number): PreparedChart => prepared[round + 1] as PreparedChart
  return DISTANCES.map(({ delay, targets }, index): Contest => {
    const registry = registries[index] as ServedRegistry
    const { host } = registry
    const push = ({ archive }: PreparedChart, where: string): string =>
      `await pushChart(${JSON.stringify(archive)}, ${JSON.stringify(`oci://${host}/${where}`)}, { missingDependencies: 'warn' })`
    const counted = (name: string, run: (round: number) => Promise<Measured>): Contestant => ({
      name,
      async run(round) {
        await registry.countRequests()
        const measured = await run(round)
        const { requests, waves } = await registry.countRequests()
        return { ...measured, note: measured.note ?? `${requests} requests, ${waves} waves` }
      },
    })
    return {
      title: `push of a chart, with ${delay} ms before each answer`,
      rounds: ROUNDS,
      contestants: [
        counted('pushChart(), a warm call', async (round) => {
          const measured = await measureScript(`
            import { pushChart } from ${PACKAGE}
            ${push(prepared[0] as PreparedChart, `warm-${round}`)}
            ${timed(push(chartOf(round), `warm-${round}`))}
          `)
          return { ...measured, note: 'the same, on open connections' }
        }),
        counted('a script with pushChart()', async (round) =>
          measureNode(`import { pushChart } from ${PACKAGE}; ${push(chartOf(round), 'script')}`),
        ),
        ...(['helm3', 'helm4'] as const).map((helm) =>
          counted(`helm ${helm.at(-1)} push`, async (round) =>
            measureProcess(programs[helm], ['push', chartOf(round).archive, `oci://${host}/${helm}`, '--plain-http'], {
              env,
            }),
          ),
        ),
        counted('oras push', async (round) =>
          measureProcess(programs.oras, orasPush(chartOf(round), `${host}/oras`), { env }),
        ),
        ...(delay === 0 ? [] : [{ name: `${WAVES} round trips`, isLimit: true, run: async () => distance(delay) }]),
      ],
      targets,
    }
  })
}

async function distance(delay: number): Promise<Measured> {
  return { seconds: (WAVES * delay) / 1000, peak: 0, note: 'calculated' }
}
