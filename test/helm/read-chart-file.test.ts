import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildManifest,
  bytesContent,
  type Content,
  pullChart,
  pushChart,
  readChartFile,
  Repository,
} from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { CHART_YAML, caught, makeArchive, makeTar, packFiles, type RawEntry } from '../support/make-chart.js'
import { serveHttp } from '../support/serve-http.js'

const MEBIBYTE = 1024 * 1024
const text = ({ bytes }: { bytes: Uint8Array }): string => Buffer.from(bytes).toString()

let registry: TestRegistry
let place: string
beforeAll(async () => {
  registry = await startRegistry()
  place = `${registry.host}/mychart`
})
afterAll(() => registry.close())

describe('readChartFile()', () => {
  it('reads any file of a chart, also one of a subchart, and a packed one', async () => {
    const packed = packFiles({ 'Chart.yaml': CHART_YAML })
    const archive = makeArchive([
      { name: 'mychart/Chart.yaml', text: CHART_YAML },
      { name: 'mychart/values.yaml', text: '\uFEFFa: 1\n' },
      { name: 'mychart/charts/sub/Chart.yaml', text: CHART_YAML.replace('mychart', 'sub') },
      { name: 'mychart/charts/sub/values.yaml', text: 'b: 2\n' },
      { name: 'mychart/charts/other.tgz', text: packed },
    ])
    await pushChart(archive, `${place}:1.2.3`, { format: 'helm' })

    expect(text(await readChartFile(place, 'values.yaml'))).toBe('a: 1\n')
    expect(text(await readChartFile(place, 'charts/sub/values.yaml'))).toBe('b: 2\n')
    expect(Buffer.from((await readChartFile(place, 'charts/other.tgz')).bytes).equals(packed)).toBe(true)
    expect(await caught(readChartFile(place, 'no.yaml'))).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: `Cannot read chart ${place}: it has no file "no.yaml"`,
    })
  })

  it('refuses a file that is there twice with different bytes', async () => {
    const archive = makeArchive([
      { name: 'mychart/Chart.yaml', text: CHART_YAML },
      { name: 'mychart/./values.yaml', text: 'a: 1\n' },
      { name: 'mychart/values.yaml', text: 'a: 2\n' },
    ])
    const { reference } = await putArchive(archive)

    const error = await caught(readChartFile(reference, 'values.yaml'))

    expect(error.message).toBe(
      `Cannot read chart ${reference}: the file "values.yaml" is there twice, with different bytes`,
    )
    expect(text(await readChartFile(reference, 'values.yaml', { partial: true }))).toBe('a: 1\n')
  })

  it('reads a file that a split chart has twice, with the same bytes alone', async () => {
    const file = (path: string, content: string): RawEntry => ({ name: `mychart/${path}`, text: content })
    const same = [file('Chart.yaml', CHART_YAML), file('a', '1'), file('Chart.yaml', CHART_YAML), file('a', '1')]
    await putSplit(`${place}/twice`, 'same', same)
    await putSplit(`${place}/twice`, 'other', [...same, file('Chart.yaml', `${CHART_YAML}home: x\n`), file('a', '2')])

    expect(text(await readChartFile(`${place}/twice:same`, 'a'))).toBe('1')
    expect((await pullChart(`${place}/twice:same`)).chart.files).toHaveLength(2)
    const refusals = [readChartFile(`${place}/twice:other`, 'a'), pullChart(`${place}/twice:other`)]
    for (const call of refusals) expect((await caught(call)).message).toMatch('is there twice, with different bytes')
  })

  it('returns the Chart.yaml that pullChart() returns, in every layout', async () => {
    const chartYaml = `# Mine\napiVersion: v1\nname: mychart\nversion: 1.2.3\ndependencies: [{name: sub, version: "1"}]\n`
    const archive = packFiles({ 'Chart.yaml': chartYaml, 'values.yaml': '' })
    await pushChart(archive, `${place}/yaml:split`, { missingDependencies: 'warn', onEvent: () => undefined })
    await pushChart(archive, `${place}/yaml:helm`, {
      missingDependencies: 'warn',
      format: 'helm',
      onEvent: () => undefined,
    })
    await putSplit(`${place}/yaml`, 'others', [{ name: 'mychart/Chart.yaml', text: chartYaml }])

    for (const tag of ['split', 'helm', 'others']) {
      const { chart } = await pullChart(`${place}/yaml:${tag}`)
      expect(text(await readChartFile(`${place}/yaml:${tag}`, 'Chart.yaml'))).toBe(
        text(chart.files[0] as { bytes: Uint8Array }),
      )
      expect(chart.metadata.dependencies).toHaveLength(1)
    }
  })

  it('partial: does not take a file in a folder for the one at the top', async () => {
    await putSplit(`${place}/folders`, 'v1', [
      { name: 'templates/deployment.yaml', text: 'a' },
      { name: 'charts/sub/values.yaml', text: 'b' },
      { name: 'values.yaml', text: 'c' },
    ])
    const reference = `${place}/folders:v1`

    for (const path of ['deployment.yaml', 'sub/values.yaml']) {
      expect((await caught(readChartFile(reference, path, { partial: true }))).code).toBe('ERR_NOT_FOUND')
    }
    for (const path of ['templates/deployment.yaml', 'charts/sub/values.yaml', 'values.yaml']) {
      const { bytes, verified } = await readChartFile(reference, path, { partial: true })
      expect(verified).toBe(false)
      expect(bytes).toEqual((await readChartFile(reference, path)).bytes)
    }
  })

  it('returns nothing if one byte after the file was changed on the way', async () => {
    const { reference } = await pushChart(
      makeArchive([
        { name: 'mychart/Chart.yaml', text: CHART_YAML },
        { name: 'mychart/values.yaml', text: 'a: 1\n' },
        { name: 'mychart/noise', text: randomBytes(MEBIBYTE) },
      ]),
      `oci://${registry.host}/wire`,
    )
    for (const at of [700_000, 11, 0]) {
      const wire = await serveHttp(async ({ path, headers }, response) => {
        const answer = await fetch(`${registry.url}${path}`, { headers: { accept: headers.accept ?? '*/*' } })
        const bytes = Buffer.from(await answer.arrayBuffer())
        if (path.includes('/blobs/') && bytes.length > at) bytes[at] = (bytes[at] ?? 0) ^ 1
        response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(bytes)
      })

      const error = await caught(readChartFile(reference.replace(registry.host, wire.host), 'values.yaml'))

      expect(error.code).toBe('ERR_CONTENT_MISMATCH')
    }
  })

  it.each(['helm', 'split'] as const)(
    'partial: stops after the file: of 64 MiB, less than 4 are sent: %s',
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
      // The count does not grow later: the connection is closed, and not only unread.
      await expect.poll(() => registry.requests.every(({ end }) => end !== undefined)).toBe(true)
      expect(registry.requests).toHaveLength(2)
      expect(registry.requests[1]?.bytesOut).toBeLessThan(4 * MEBIBYTE)
    },
  )
})

/** Puts a `.tgz` as it is, which pushChart() would refuse. */
async function putArchive(archive: Uint8Array): Promise<{ reference: string }> {
  const repository = new Repository(place, { access: 'push' })
  const config = bytesContent(Buffer.from('{"name":"mychart","version":"1.2.3","apiVersion":"v2"}'), {
    mediaType: 'application/vnd.cncf.helm.config.v1+json',
  })
  const layer = bytesContent(archive, { mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip' })
  const manifest = buildManifest({ config, layers: [layer] })
  for (const content of [config, layer]) await repository.put(content)
  await repository.putTagged(manifest, ['raw'])
  return { reference: `${place}:raw` }
}

/** Puts a split chart of another program: a content layer of any entries, without a title. */
async function putSplit(where: string, tag: string, entries: readonly RawEntry[]): Promise<void> {
  const layer = (type: string, bytes: Uint8Array, annotations = {}): Content =>
    bytesContent(bytes, { mediaType: `application/vnd.cncf.helm.chart.${type}`, annotations })
  const json = '{"apiVersion":"v1","dependencies":[{"name":"sub","version":"1","repository":""}]}'
  const layers = [
    layer('config.v1+json', Buffer.from(json)),
    layer('content.v1+tar', makeTar(entries), { 'chart.name': 'mychart', 'chart.version': '1.2.3' }),
  ]
  const repository = new Repository(where, { access: 'push' })
  const config = bytesContent(Buffer.from('{}'), { mediaType: 'application/vnd.oci.image.config.v1+json' })
  for (const content of [config, ...layers]) await repository.put(content)
  await repository.putTagged(buildManifest({ config, layers }), [tag])
}
