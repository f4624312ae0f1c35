/** Expects that every call that reads charts reads an artifact as the chart of a folder. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect } from 'vitest'
import {
  type ChartFormat,
  inspectChart,
  listChartVersions,
  parseReference,
  pullChart,
  type PullChartResult,
  readChartFile,
} from '../../src/index.js'
import { makeFolder } from '../support/make-folder.js'
import { digestFiles } from './digest-files.js'
import { EXAMPLE, loadChartYaml } from './example-chart.js'

/** What is known of the artifact without the library. */
export interface ExpectedChart {
  /** The digest of its manifest, as another program reports it. */
  readonly digest: string
  readonly format: ChartFormat
  /** Its version, if not that of its folder. */
  readonly version?: string
  /** Default: the example. */
  readonly folder?: string
}

/**
 * Pulls, inspects and lists a chart, and reads one of its files: everything must be as in its folder.
 *
 * @param reference With a tag.
 */
export async function expectChart(reference: string, expected: ExpectedChart): Promise<PullChartResult> {
  const { digest, format, folder = EXAMPLE } = expected
  const chartYaml = await loadChartYaml(folder)
  const { name, version, description } = { ...chartYaml, ...expected } as Readonly<Record<string, string | undefined>>

  const pulled = await pullChart(reference, { destination: await makeFolder(), untar: true })
  expect(pulled).toMatchObject({ reference, digest, format })
  expect(await readTree(pulled.path as string)).toEqual(await readTree(folder, version))
  expect(basename(pulled.path as string)).toBe(name)
  const { metadata } = pulled.chart
  expect([metadata.name, metadata.version, metadata.description]).toEqual([name, version, description])

  expect(await inspectChart(reference)).toMatchObject({ reference, digest, format, metadata })

  const file = await readChartFile(reference, 'values.yaml')
  expect(file).toMatchObject({ reference, digest })
  expect(Buffer.from(file.bytes).equals(await readFile(join(folder, 'values.yaml')))).toBe(true)

  const { tag } = parseReference(reference)
  const listed = await listChartVersions(reference)
  const isVersion = tag === version?.replace('+', '_')
  if (isVersion) expect(listed.versions).toContainEqual({ version, tag })
  else expect(listed.otherTags).toContain(tag)
  return pulled
}

/**
 * The digest of each file by its path; of Chart.yaml, which may be written anew, what it says.
 *
 * @param version What Chart.yaml has to say instead of what it says.
 */
async function readTree(folder: string, version?: string): Promise<Readonly<Record<string, unknown>>> {
  const chartYaml = { ...(await loadChartYaml(folder)), ...(version !== undefined && { version }) }
  return { ...(await digestFiles(folder)), 'Chart.yaml': chartYaml }
}
