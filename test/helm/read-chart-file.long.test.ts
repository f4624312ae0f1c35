/** How much of a large chart `readChartFile()` fetches for one file. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushChart, readChartFile } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { CHART_YAML, makeArchive } from '../support/make-chart.js'

const MEBIBYTE = 1024 * 1024
const text = ({ bytes }: { bytes: Uint8Array }): string => Buffer.from(bytes).toString()

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry.close())

describe('readChartFile()', () => {
  it.each(['helm', 'split'] as const)(
    'partial: stops behind the file, of 64 MiB less than 4 were sent: %s',
    async (format) => {
      const noise = Array.from({ length: 13 }, (_, index) => ({
        name: `mychart/z${index}`,
        text: randomBytes(5 * MEBIBYTE),
      }))
      const archive = makeArchive([
        { name: 'mychart/Chart.yaml', text: CHART_YAML },
        { name: 'mychart/values.yaml', text: 'a: 1\n' },
        ...noise,
      ])
      const { digest } = await pushChart(archive, `${registry.host}/large:${format}`, { format })
      registry.clearRequests()

      const file = await readChartFile(`${registry.host}/large:${format}`, 'values.yaml', { partial: true })

      expect({ ...file, bytes: text(file) }).toMatchObject({ bytes: 'a: 1\n', verified: false, digest })
      // It stays so: the connection is closed, not only left unread.
      await expect.poll(() => registry.requests.every(({ end }) => end !== undefined)).toBe(true)
      expect(registry.requests).toHaveLength(2)
      expect(registry.requests[1]?.bytesOut).toBeLessThan(4 * MEBIBYTE)
    },
  )
})
