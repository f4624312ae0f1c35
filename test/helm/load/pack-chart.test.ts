import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createChart } from '../../../src/helm/load/create-chart.js'
import { gunzip } from '../../../src/oras/tar/gunzip.js'
import { layerizeChart } from '../../../src/helm/artifact/layerize-chart.js'
import { packChart } from '../../../src/helm/load/pack-chart.js'
import { readChart } from '../../../src/helm/load/read-chart.js'
import { readTar } from '../../../src/oras/tar/read-tar.js'
import { readContent } from '../../../src/oras/oci/content.js'
import { slices } from '../../../src/oras/oci/byte-stream.js'
import { CHART_YAML, caught, makeFolder, packFiles, toFiles, toTexts, writeFolder } from '../../support/make-chart.js'

const subchart = (name: string, version = '1.0.0'): string => `apiVersion: v2\nname: ${name}\nversion: ${version}\n`

async function list(archive: Uint8Array): Promise<string[]> {
  const names: string[] = []
  for await (const entry of readTar(gunzip(slices(archive)))) names.push(entry.name)
  return names
}

describe('packChart', () => {
  it('packs everything below the name of the chart, subcharts unpacked and sorted by name', async () => {
    const folder = await writeFolder({
      'Chart.yaml': CHART_YAML,
      '.helmignore': 'ignored\n',
      ignored: '',
      'templates/a.yaml': '',
      'values.yaml': '',
      'charts/y/Chart.yaml': subchart('zeta'),
      'charts/z/Chart.yaml': subchart('beta'),
      'charts/z/templates/b.yaml': '',
    })
    await writeFile(
      join(folder, 'charts', 'packed.tgz'),
      packFiles({ 'Chart.yaml': subchart('gamma'), 'values.yaml': '' }),
    )

    const archive = await packChart(await readChart(folder))
    expect(archive.descriptor.mediaType).toBe('application/vnd.cncf.helm.chart.content.v1.tar+gzip')
    expect(await list(await readContent(archive))).toEqual([
      'mychart/Chart.yaml',
      'mychart/values.yaml',
      'mychart/templates/a.yaml',
      'mychart/.helmignore',
      'mychart/charts/beta/Chart.yaml',
      'mychart/charts/beta/templates/b.yaml',
      'mychart/charts/gamma/Chart.yaml',
      'mychart/charts/gamma/values.yaml',
      'mychart/charts/zeta/Chart.yaml',
    ])
  })

  it('makes an archive that is read as the same chart', async () => {
    const files = { 'Chart.yaml': `# kept\n${CHART_YAML}`, 'ü 😀.txt': 'x', [`${'deep/'.repeat(40)}file`]: 'y' }
    const chart = await readChart(await readContent(await packChart(await createChart(toFiles(files)))))

    expect(toTexts(chart.files)).toEqual(files)
  })

  it('packs two versions of a subchart side by side', async () => {
    const files = {
      'Chart.yaml': CHART_YAML,
      'charts/1/Chart.yaml': subchart('redis', '2.0.0'),
      'charts/2/Chart.yaml': subchart('redis', '1.0.0'),
    }
    const archive = await readContent(await packChart(await createChart(toFiles(files))))

    expect(await list(archive)).toEqual([
      'mychart/Chart.yaml',
      'mychart/charts/redis/Chart.yaml',
      'mychart/charts/redis-2.0.0/Chart.yaml',
    ])
    expect((await readChart(archive)).dependencies.map(({ metadata }) => metadata.version)).toEqual(['1.0.0', '2.0.0'])
  })

  it('keeps what Helm loses of a v1 chart: dependencies in Chart.yaml, if there is also a requirements.yaml', async () => {
    const chart = await createChart(
      toFiles({
        'Chart.yaml': 'name: mychart\nversion: 1.0.0\ndependencies: [{name: sub, alias: other}]\n',
        'requirements.yaml': 'dependencies: [{name: sub, condition: sub.enabled}]\n',
        'charts/sub/Chart.yaml': subchart('sub'),
      }),
    )
    const dependencies = [{ name: 'sub', repository: '', condition: 'sub.enabled', alias: 'other' }]

    expect(chart.metadata.dependencies).toEqual(dependencies)
    expect((await readChart(await readContent(await packChart(chart)))).metadata.dependencies).toEqual(dependencies)
  })

  it('packs Chart.lock without requirements.lock, if requirements.yaml makes v2 of v1', async () => {
    const chart = await createChart(
      toFiles({
        'Chart.yaml': 'apiVersion: v1\nname: mychart\nversion: 1.0.0\n',
        'requirements.yaml': 'apiVersion: v2\n',
        'requirements.lock': 'digest: x\n',
      }),
    )

    expect(chart.metadata.apiVersion).toBe('v2')
    expect(await list(await readContent(await packChart(chart)))).toEqual(['mychart/Chart.yaml', 'mychart/Chart.lock'])
  })

  it('packs what Helm reads but cannot write: control characters in annotations', async () => {
    const chart = await createChart(toFiles({ 'Chart.yaml': `${CHART_YAML}annotations: {a: "\\x7f\\N"}\n` }))

    const packed = await readChart(await readContent(await packChart(chart)))
    expect(packed.metadata.annotations).toEqual({ a: '\x7f\x85' })
  })

  it('packs what Helm cannot save: a chart whose archive would have too long a name', async () => {
    const name = 'x'.repeat(250)
    const chart = await createChart(toFiles({ 'Chart.yaml': `name: ${name}\nversion: 1.0.0\n` }))

    expect((await readChart(await readContent(await packChart(chart)))).metadata.name).toBe(name)
  })

  it('returns a .tgz as it was read', async () => {
    const bytes = packFiles({ 'Chart.yaml': CHART_YAML })

    expect(bytes.equals(await readContent(await packChart(await readChart(bytes))))).toBe(true)
  })

  it('packs what GNU tar lists', async ({ skip }) => {
    const archive = join(await makeFolder(), 'mychart.tgz')
    const chart = await readChart('examples/mychart')
    await writeFile(archive, await readContent(await packChart(chart)))
    let listed: string
    try {
      listed = execFileSync('tar', ['-tzf', archive], { encoding: 'utf8' })
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return skip('there is no tar on this machine')
      throw error
    }

    expect(listed.trimEnd().split('\n')).toEqual(chart.files.map(({ path }) => `mychart/${path}`))
  })

  it.each(['/', 'a\\b', 'x'.repeat(256)])('refuses the name %j, which Helm accepts but cannot unpack', async (name) => {
    const chart = await createChart(toFiles({ 'Chart.yaml': `name: '${name}'\nversion: 1.0.0\n` }))

    const error = await caught(packChart(chart))
    expect(error.message).toBe(`Cannot pack chart ${JSON.stringify(name)}: its name cannot be that of a folder`)
    expect(error.hint).toBe('Give the chart a name of letters, digits and dashes in Chart.yaml.')
  })

  it('refuses the name Chart.yaml, which Helm packs but does not load, and so does a push in the format helm', async () => {
    const chart = await createChart(toFiles({ 'Chart.yaml': 'name: Chart.yaml\nversion: 1.0.0\n' }))
    const message = 'Cannot pack chart "Chart.yaml": chart yaml not in base directory'

    expect(await caught(packChart(chart))).toMatchObject({ code: 'ERR_INVALID_CHART', message })
    expect(await caught(layerizeChart(chart, { format: 'helm' }))).toMatchObject({ message })
    expect((await layerizeChart(chart, { format: 'split' })).layers).toHaveLength(2)
  })
})
