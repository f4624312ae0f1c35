/** How often the bytes of a layer are hashed in a pull: once when they arrive, and once more only if new bytes are made. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createChart, packChart, pullChart, type PullChartOptions, pushChart, readContent } from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { CHART_YAML, caught, makeFolder, toFiles } from '../support/make-chart.js'

const hashed = vi.hoisted(() => ({ bytes: 0 }))
vi.mock('../../src/oras/oci/digest.js', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../src/oras/oci/digest.js')>()
  const createDigester: typeof original.createDigester = (algorithm) => {
    const digester = original.createDigester(algorithm)
    const update = (bytes: Uint8Array): void => {
      hashed.bytes += bytes.length
      digester.update(bytes)
    }
    return { update, digest: () => digester.digest() }
  }
  const digestOf: typeof original.digestOf = (bytes, algorithm) => {
    hashed.bytes += bytes.length
    return original.digestOf(bytes, algorithm)
  }
  return { ...original, createDigester, digestOf }
})

// Bytes that do not compress, so that all layers have about the same size and everything else is small.
const LARGE = Buffer.alloc(3_000_000)
for (let at = 0, state = 1; at < LARGE.length; at++) LARGE[at] = (state = (state * 48_271) % 2_147_483_647) >>> 8

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
  const files = [...toFiles({ 'Chart.yaml': CHART_YAML }), { path: 'files/large.bin', bytes: LARGE }]
  const chart = await createChart(files)
  for (const format of ['helm', 'split'] as const) {
    await pushChart(chart, `${registry.host}/${format}:latest`, { format })
  }
})
afterAll(() => registry.close())

describe('pullChart()', () => {
  it.each([
    ['helm', 'in memory', 1],
    ['helm', 'as a .tgz', 1],
    ['helm', 'as a folder', 1],
    // The .tgz of a split chart is packed again.
    ['split', 'in memory', 2],
    ['split', 'as a .tgz', 2],
    ['split', 'as a folder', 2],
  ] as const)('of the format %s, %s, hashes the bytes of a layer %i times', async (format, how, times) => {
    const options: PullChartOptions =
      how === 'in memory' ? {} : { destination: await makeFolder(), untar: how === 'as a folder' }
    hashed.bytes = 0

    const { chart, path = '' } = await pullChart(`${registry.host}/${format}:latest`, options)

    expect(hashed.bytes / LARGE.length).toBeGreaterThan(times - 0.1)
    expect(hashed.bytes / LARGE.length).toBeLessThan(times + 0.1)
    expect(chart.files.find((file) => file.path === 'files/large.bin')?.bytes).toHaveLength(LARGE.length)
    if (how === 'as a .tgz') expect((await readFile(path)).equals(await readContent(await packChart(chart)))).toBe(true)
    if (how === 'as a folder') expect((await readFile(`${path}/files/large.bin`)).equals(LARGE)).toBe(true)
  })

  it.each(['helm', 'split'] as const)(
    'returns contents that are checked whenever they are read: %s',
    async (format) => {
      const { archive, chart } = await pullChart(`${registry.host}/${format}:latest`)
      hashed.bytes = 0
      await readContent(archive)
      expect(hashed.bytes).toBe(archive.descriptor.size)

      for (const { bytes } of chart.files) bytes.fill(0)
      await readContent(archive)
      for await (const chunk of archive.open()) chunk.fill(0)
      expect((await caught(readContent(archive))).code).toBe('ERR_CONTENT_MISMATCH')
    },
  )
})
