/** What others read of our artifacts: curl sees two layers, skopeo inspects and copies both formats. */
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pushChart, type PushChartResult } from '../../src/index.js'
import { type Distribution, distributionMissing, startDistribution } from '../support/start-distribution.js'

const run = promisify(execFile)
const without = (tool: string): string | undefined =>
  spawnSync(tool, ['--version']).error && `${tool} is not installed (Debian: apt-get install ${tool})`
const missing = distributionMissing() ?? without('skopeo') ?? without('curl')
if (missing) console.warn(`Skipped: the tests with skopeo and curl, because ${missing}.`)

const MYCHART = join(import.meta.dirname, '../../examples/mychart')

describe.skipIf(missing)('charts on Distribution, read by others', () => {
  let distribution: Distribution
  let folder: string
  let pushed: Readonly<Record<'helm' | 'split', PushChartResult>>
  beforeAll(async () => {
    distribution = await startDistribution()
    folder = await mkdtemp(join(tmpdir(), 'oras-helm-skopeo-'))
    pushed = {
      helm: await pushChart(MYCHART, `oci://${distribution.host}/charts`),
      split: await pushChart(MYCHART, `${distribution.host}/mychart:latest`),
    }
  })
  afterAll(async () => {
    await distribution.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('curl shows the two layers of split', async () => {
    const accept = 'Accept: application/vnd.oci.image.manifest.v1+json'

    const { stdout } = await run('curl', [
      '-s',
      '-H',
      accept,
      `http://${distribution.host}/v2/mychart/manifests/latest`,
    ])

    const { layers } = JSON.parse(stdout) as { layers: { mediaType: string }[] }
    expect(layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.cncf.helm.chart.config.v1+json',
      'application/vnd.cncf.helm.chart.content.v1+tar',
    ])
  })

  it.each(['helm', 'split'] as const)('skopeo inspects the raw manifest of %s and finds our bytes', async (format) => {
    const reference = pushed[format].reference.replace('oci://', '')

    const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`])

    expect(`sha256:${createHash('sha256').update(stdout).digest('hex')}`).toBe(pushed[format].digest)
  })

  it.each(['helm', 'split'] as const)('skopeo copies %s to a directory, digest and all', async (format) => {
    const { reference, digest, layers } = pushed[format]
    const target = join(folder, format)
    const source = `docker://${reference.replace('oci://', '')}`

    await run('skopeo', ['copy', '--src-tls-verify=false', source, `oci:${target}:copied`])

    const index = JSON.parse(await readFile(join(target, 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
    expect(index.manifests.map((each) => each.digest)).toEqual([digest])
    for (const layer of layers) {
      const blob = await readFile(join(target, 'blobs', layer.digest.replace(':', '/')))
      expect(blob).toHaveLength(layer.size)
    }
  })
})
