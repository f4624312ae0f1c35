/** Whole charts on every registry: pushed, pulled, compared file by file, and pushed again with the same digests. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningRegistry, startEmbedded } from '../support/describe-cases.js'
import { makeFolder } from '../support/make-folder.js'
import { tryRoundTrip } from '../support/round-trip.js'
import { describeWithPeer } from './describe-with-peer.js'
import { findCharts } from './find-charts.js'
import { REGISTRY_PEERS } from './registry-peers.js'

const CHECK = 'whole charts come back'
// In the short run a chart goes in one format, the next in the other.
const FORMATS = ['helm', 'split'] as const
const charts = (await findCharts()).map(({ title, write }, index) => {
  const formats = process.env['INTEROP_LONG'] === '1' ? FORMATS : [FORMATS[index % 2] ?? 'helm']
  return { title: `${title}, as ${formats.join(' and ')}`, write, formats }
})

describe('embedded registry', () => {
  describe(CHECK, () => tryCharts(() => startEmbedded({ htpasswd: false })))
})
for (const { peer, start } of REGISTRY_PEERS) {
  describeWithPeer(peer, CHECK, (program) => tryCharts(() => start(program, { htpasswd: false })))
}

function tryCharts(start: () => Promise<RunningRegistry>): void {
  let registry: RunningRegistry | undefined
  beforeAll(async () => {
    registry = await start()
  })
  afterAll(() => registry?.close())

  it.each(charts.map((chart) => [chart.title, chart] as const))(
    '%s',
    { timeout: 300_000 },
    async (_, { write, formats }) => {
      const folder = await makeFolder()
      const chart = join(folder, 'chart')
      await write(chart)

      for (const format of formats) {
        const place = `${registry?.host}/back/${format}`
        const { files, differences } = await tryRoundTrip(chart, format, place, await makeFolder())
        expect(differences).toEqual([])
        expect(files).toBeGreaterThan(1)
      }
    },
  )
}
