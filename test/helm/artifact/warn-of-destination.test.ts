/** Warnings of destinations: when they come, and that following the advice leads where it says. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChart, parseReference, pullChart, pushChart } from '../../../src/index.js'
import type { OciEvent } from '../../../src/oras/events.js'
import { warnOfDestination } from '../../../src/helm/artifact/warn-of-destination.js'
import { startRegistry, type TestRegistry } from '../../../src/testing/index.js'
import { toFiles } from '../../support/make-chart.js'

const DIGEST = `sha256:${'0'.repeat(64)}`
const MYCHART = { name: 'mychart', version: '0.1.0' }

function warningsOf(reference: string, chart = MYCHART, settings: object = {}): readonly (readonly [string, string])[] {
  return warnOfDestination(parseReference(reference), chart, { format: undefined, isLocal: false, ...settings })
}

describe('warnOfDestination()', () => {
  it('advises the folder, with its path, or the format', () => {
    expect(warningsOf('ghcr.io/acme/charts')).toEqual([
      [
        'WARN_SPLIT_FORMAT',
        "ghcr.io/acme/charts gets the format split, which Helm does not read. For Helm, push to oci://ghcr.io/acme/charts, to which the name and version of the chart are appended, or set format: 'helm' to store it exactly there. Set format: 'split' if that is what you want",
      ],
    ])
  })

  it('says where a chart goes whose name would be there twice', () => {
    expect(warningsOf('oci://ghcr.io/acme/mychart')).toEqual([
      [
        'WARN_REPEATED_NAME',
        'The name of the chart is appended to oci://ghcr.io/acme/mychart: it goes to oci://ghcr.io/acme/mychart/mychart:0.1.0. To store it as oci://ghcr.io/acme/mychart:0.1.0, push to oci://ghcr.io/acme, to which the name and version of the chart are appended; push to oci://ghcr.io/acme/mychart/mychart:0.1.0 if that is what you want',
      ],
    ])
  })

  it.each([
    ['a path and no tag', 'ghcr.io/acme/charts'],
    ['a version as the tag', 'ghcr.io/acme/charts:0.1.0'],
    ['another tag', 'ghcr.io/acme/charts:latest'],
    ['the name of the chart', 'ghcr.io/acme/mychart'],
    ['the name of the chart, and a tag', 'ghcr.io/mychart:latest'],
  ])('warns of a plain reference to another host with %s', (_, reference) => {
    expect(warningsOf(reference).map(([code]) => code)).toEqual(['WARN_SPLIT_FORMAT'])
  })

  it('warns on this machine where the folder of charts was probably meant', () => {
    expect(warningsOf('localhost:5000/charts', MYCHART, { isLocal: true })).toHaveLength(1)
  })

  it.each<[when: string, reference: string, settings?: object]>([
    ['as in the demo of ORAS', 'localhost:5000/mychart:latest', { isLocal: true }],
    ['with a tag on this machine', 'localhost:5000/test:v1', { isLocal: true }],
    ['with the name of the chart on this machine', 'localhost:5000/mychart', { isLocal: true }],
    ['where the format is chosen, split', 'ghcr.io/acme/charts', { format: 'split' }],
    ['where the format is chosen, helm', 'ghcr.io/acme/charts', { format: 'helm' }],
    ['with a digest, which only the right format has', `ghcr.io/acme/mychart@${DIGEST}`],
    ['for a folder', 'oci://ghcr.io/acme/charts'],
    ['for a registry', 'oci://ghcr.io'],
    ['for a folder that only begins as the chart', 'oci://ghcr.io/mychart-charts'],
    ['for a whole reference', 'oci://ghcr.io/acme/mychart:0.1.0'],
    ['for a whole reference with the name twice', 'oci://ghcr.io/mychart/mychart:0.1.0'],
  ])('does not warn %s', (_, reference, settings) => {
    expect(warningsOf(reference, MYCHART, settings)).toEqual([])
  })

  it('warns of a name that is there twice also with a digest, on this machine, and in both formats', () => {
    for (const settings of [{ isLocal: true }, { format: 'split' }, { format: 'helm' }]) {
      expect(warningsOf('oci://localhost:5000/mychart', MYCHART, settings)).toHaveLength(1)
      expect(warningsOf(`oci://localhost:5000/mychart@${DIGEST}`, MYCHART, settings)[0]?.[1]).not.toContain(DIGEST)
    }
  })
})

describe('following the advice', () => {
  let registry: TestRegistry
  beforeAll(async () => void (registry = await startRegistry()))
  afterAll(() => registry.close())

  it.each<[reference: string, name: string, version: string, leads: readonly string[]]>([
    ['acme/charts', 'mychart', '0.1.0', ['oci://HOST/acme/charts/mychart:0.1.0', 'HOST/acme/charts:0.1.0']],
    // Helm would find another version than that of the chart, or no version.
    ['acme/charts:0.1.0', 'mychart', '0.1.0', ['oci://HOST/acme/charts/mychart:0.1.0', 'HOST/acme/charts:0.1.0']],
    ['acme/charts:0.2.0', 'mychart', '0.1.0', ['oci://HOST/acme/charts/mychart:0.1.0']],
    ['acme/charts:latest', 'mychart', '0.1.0', ['oci://HOST/acme/charts/mychart:0.1.0']],
    ['acme/mychart', 'mychart', '1.0.0+a', ['oci://HOST/acme/mychart:1.0.0_a', 'HOST/acme/mychart:1.0.0_a']],
    ['acme/mychart:v1', 'mychart', '1.0.0', ['oci://HOST/acme/mychart:1.0.0']],
    ['mychart:1.0.0_a', 'mychart', '1.0.0', ['oci://HOST/mychart:1.0.0']],
    // No repository can have this name.
    ['acme/charts', 'MyChart', '0.1.0', ['HOST/acme/charts:0.1.0']],
    ['acme/charts:latest', 'MyChart', '0.1.0', []],
    ['oci://mychart', 'mychart', '0.1.0', ['oci://HOST/mychart/mychart:0.1.0', 'oci://HOST/mychart:0.1.0']],
    ['oci://a/mychart', 'mychart', '1.0.0+a', ['oci://HOST/a/mychart/mychart:1.0.0_a', 'oci://HOST/a/mychart:1.0.0_a']],
    // A folder that ends in the name would warn again.
    ['oci://a/b/b', 'b', '1.0.0', ['oci://HOST/a/b/b/b:1.0.0', 'oci://HOST/a/b/b:1.0.0']],
    ['a/b/b', 'b', '1.0.0', ['oci://HOST/a/b/b:1.0.0', 'HOST/a/b/b:1.0.0']],
  ])('for %s and a chart %s %s leads to %j', async (path, name, version, leads) => {
    const scheme = path.startsWith('oci://') ? 'oci://' : ''
    const reference = `${scheme}${registry.host}/${path.slice(scheme.length)}`
    let again = 0
    const chartYaml = `apiVersion: v2\nname: ${name}\nversion: ${version}\n`
    const chart = await createChart(toFiles({ 'Chart.yaml': chartYaml }))
    const message = warningsOf(reference, { name, version })[0]?.[1] ?? ''
    const onEvent = ({ type }: OciEvent): void => void (type === 'warning' && again++)

    const found = new Set<string>()
    for (const [, place = ''] of message.matchAll(/push to (oci:\/\/\S*\w)/g)) {
      found.add((await pushChart(chart, place, { onEvent })).reference)
    }
    if (message.includes("set format: 'helm'")) {
      found.add((await pushChart(chart, reference, { format: 'helm', onEvent })).reference)
    }

    expect([message === '', again]).toEqual([false, 0])
    expect([...found].map((text) => text.replace(registry.host, 'HOST')).toSorted()).toEqual(leads.toSorted())
    for (const stored of found) {
      const { format, chart: pulled } = await pullChart(stored, { strict: false })
      expect([format, pulled.metadata.name, pulled.metadata.version]).toEqual(['helm', name, version])
    }
  })
})
