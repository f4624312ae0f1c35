/** A chart pushed, pulled, and pushed again: what must be the same, looked at file by file and entry by entry. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { readTar } from '../../src/oras/tar/read-tar.js'
import {
  type Chart,
  type ChartFile,
  type ChartFormat,
  packChart,
  pullChart,
  pushChart,
  readChart,
  readContent,
} from '../../src/index.js'
import { digestOf } from '../../src/oras/oci/digest.js'
import { slices } from '../../src/oras/oci/byte-stream.js'

/** What a round trip found; a text for each difference. */
export interface RoundTrip {
  /** Of the chart and its subcharts. */
  readonly files: number
  readonly differences: readonly string[]
}

/**
 * Pulls what was pushed from a folder, compares it with the folder, and pushes it again in both formats.
 *
 * @param place Registry and repository; the name of the chart comes behind it.
 * @param folder An empty one, for the unpacked chart.
 */
export async function tryRoundTrip(
  path: string,
  format: ChartFormat,
  place: string,
  folder: string,
): Promise<RoundTrip> {
  const options = { missingDependencies: 'warn', onEvent: () => undefined } as const
  const original = await readChart(path)
  const pushed = await pushChart(path, `oci://${place}`, { ...options, format })
  const asHelm = await pushChart(path, `oci://${place}/helm`, { ...options, format: 'helm' })

  const pulled = await pullChart(pushed.reference, { destination: folder, untar: true })
  const again = await pushChart(pulled.chart, `oci://${place}/again`, { ...options, format })
  const againAsHelm = await pushChart(pulled.chart, `oci://${place}/again/helm`, { ...options, format: 'helm' })

  const differences: string[] = []
  const expectSame = (what: string, actual: unknown, expected: unknown): void => {
    if (!isDeepStrictEqual(actual, expected)) differences.push(what)
  }
  const [was, is] = [listFiles(original), listFiles(pulled.chart)]
  const isRewritten = format === 'split'
  expectSame('names of files', [...is.keys()], [...was.keys()])
  for (const [file, digest] of was) {
    if (!isRewritten || file !== 'Chart.yaml') expectSame(file, is.get(file), digest)
  }
  expectSame('metadata', pulled.chart.metadata, original.metadata)
  expectSame('manifest of the pull', pulled.digest, pushed.digest)
  expectSame(`manifest, pushed again as ${format}`, again.digest, pushed.digest)
  expectSame('config, pushed again as helm', againAsHelm.config.digest, asHelm.config.digest)
  const [entriesWere, entriesAre] = [await listEntries(original), await listEntries(pulled.chart)]
  const ofChartYaml = `${original.metadata.name}/Chart.yaml `
  const others = (entries: readonly string[]) =>
    entries.map((entry) => (isRewritten && entry.startsWith(ofChartYaml) ? ofChartYaml : entry))
  expectSame('entries, pushed again as helm', others(entriesAre), others(entriesWere))

  const onDisk = await listTree(pulled.path as string)
  const inArchive = entriesAre.map((entry) => entry.replace(/^[^/]*\//, '').replace(/ \d+ /, ' '))
  expectSame('files on the disk', onDisk.toSorted(), inArchive.toSorted())
  return { files: was.size, differences }
}

/** The digest of each file by its path, those of subcharts included, in the order of the chart. */
function listFiles(chart: Chart, prefix = ''): ReadonlyMap<string, string> {
  const own = chart.files.map(({ path, bytes }: ChartFile) => [`${prefix}${path}`, digestOf(bytes)] as const)
  const nested = chart.dependencies.flatMap((dependency, index) => [
    ...listFiles(dependency, `${prefix}charts/${index}-${dependency.metadata.name}/`),
  ])
  return new Map([...own, ...nested])
}

/** Name, mode and digest of each entry of the packed chart, in its order. */
async function listEntries(chart: Chart): Promise<readonly string[]> {
  const tar = gunzipSync(await readContent(await packChart(chart)))
  const modes = readModes(tar)
  const entries: string[] = []
  for await (const { name, body } of readTar(slices(tar))) {
    const chunks: Uint8Array[] = []
    for await (const chunk of body) chunks.push(chunk)
    entries.push(`${name} ${modes[entries.length]} ${digestOf(Buffer.concat(chunks))}`)
  }
  return entries
}

/** The modes of all plain files, header by header. */
function readModes(tar: Uint8Array): readonly number[] {
  const modes: number[] = []
  for (let at = 0; at < tar.length && tar[at] !== 0;) {
    const header = Buffer.from(tar.subarray(at, at + 512))
    if (header.toString('latin1', 156, 157) === '0') modes.push(Number.parseInt(header.toString('latin1', 100, 107), 8))
    at += 512 + Math.ceil(Number.parseInt(header.toString('latin1', 124, 135), 8) / 512) * 512
  }
  return modes
}

async function listTree(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.map(async (file) => `${file.slice(folder.length + 1)} ${digestOf(await readFile(file))}`))
}
