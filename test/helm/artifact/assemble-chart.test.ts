import { describe, expect, it } from 'vitest'
import { assembleChart } from '../../../src/helm/artifact/assemble-chart.js'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { type ChartFormat, layerizeChart } from '../../../src/helm/artifact/layerize-chart.js'
import { bytesContent, checkedContent, type Content, readContent } from '../../../src/oras/oci/content.js'
import { slices } from '../../../src/oras/oci/byte-stream.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { CHART_YAML, caught, toFiles } from '../../support/make-chart.js'

async function takeApart(format: ChartFormat) {
  const chart = await createChart(toFiles({ 'Chart.yaml': CHART_YAML, 'values.yaml': 'a: 1\n' }))
  const { config, layers, annotations } = await layerizeChart(chart, { format })
  const descriptors = layers.map(({ descriptor }) => descriptor)
  return { config, layers, manifest: { config: config.descriptor, layers: descriptors, manifests: [], annotations } }
}

describe('assembleChart()', () => {
  it.each(['helm', 'split'] as const)('opens only the parts of the chart: %s', async (format) => {
    const { config, layers, manifest } = await takeApart(format)
    const opened: string[] = []
    const watch = (content: Content): Content => ({
      descriptor: content.descriptor,
      open: (options) => {
        opened.push(content.descriptor.digest)
        return content.open(options)
      },
    })
    const other = bytesContent(Buffer.from('x'), { mediaType: 'text/plain' })
    const withOther = { ...manifest, layers: [...manifest.layers, other.descriptor] }

    const chart = await assembleChart(withOther, [other, ...layers, config].map(watch))

    const parts = format === 'helm' ? [config, ...layers] : layers
    expect(opened.toSorted()).toEqual(parts.map(({ descriptor }) => descriptor.digest).toSorted())
    expect(chart.metadata.name).toBe('mychart')
  })

  it('knows the archive by its sha256, also where the artifact names it by its sha512', async () => {
    const { config, layers, manifest } = await takeApart('helm')
    const [archive] = layers as [Content]
    const bytes = await readContent(archive)
    const { mediaType, size } = archive.descriptor
    const other = checkedContent({ mediaType, digest: digestOf(bytes, 'sha512'), size }, () => slices(bytes))

    const chart = await assembleChart({ ...manifest, layers: [other.descriptor] }, [config, other])

    expect(chart.archive?.descriptor).toEqual(archive.descriptor)
    expect(await readContent(chart.archive as Content)).toEqual(bytes)
  })

  it('says which content is missing, and of what chart if it is told', async () => {
    const { config, layers, manifest } = await takeApart('helm')
    const digest = layers[0]?.descriptor.digest

    expect(await caught(assembleChart(manifest, [config]))).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: `Cannot read chart: its content ${digest} is missing`,
    })
    expect((await caught(assembleChart(manifest, [], { source: 'mine', strict: false }))).message).toBe(
      `Cannot read chart mine: its content ${digest} is missing`,
    )
  })

  it('keeps to the limits before it opens anything', async () => {
    const { layers, manifest } = await takeApart('split')

    for (const limits of [{ chartBytes: 10 }, { fileBytes: 5 }]) {
      expect((await caught(assembleChart(manifest, layers, { limits }))).code).toBe('ERR_LIMIT_EXCEEDED')
    }
  })

  it('stops at the signal, with its reason', async () => {
    const { config, layers, manifest } = await takeApart('helm')
    const reason = new Error('enough')

    expect(await caught(assembleChart(manifest, [config, ...layers], { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    )
  })
})
