/** Every hostile chart, pulled from a registry: the exact error, and no byte on the disk. */
import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  buildManifest,
  bytesContent,
  type Content,
  inspectChart,
  OciError,
  pullChart,
  readChartFile,
  Repository,
} from '../../src/index.js'
import { startRegistry, type TestRegistry } from '../../src/testing/index.js'
import { CHART_YAML, makeArchive, makeFolder, makeTar, pax, type RawEntry } from '../support/make-chart.js'
import { type HostileChart, hostileCharts } from '../support/hostile-charts.js'

let registry: TestRegistry
let repository: Repository
let count = 0

/** Starts the registry for the tests of the file that calls it. */
function useRegistry(): void {
  beforeAll(async () => {
    registry = await startRegistry()
    repository = new Repository(`${registry.host}/mychart`, { access: 'push' })
  })
  afterAll(() => registry.close())
}

const content = (mediaType: string, bytes: string | Uint8Array, annotations?: Record<string, string>): Content =>
  bytesContent(Buffer.from(bytes as string), { mediaType, annotations })

/** Puts an artifact as a hostile registry would hold it, without a check of the archive. */
async function put(config: Content, layers: readonly Content[]): Promise<string> {
  const manifest = buildManifest({ config, layers })
  for (const each of [config, ...layers, manifest]) await repository.put(each)
  const tag = `row-${++count}`
  await repository.tag(manifest.descriptor, tag)
  return `oci://${registry.host}/mychart:${tag}`
}

function putHelm(archive: Uint8Array): Promise<string> {
  const metadata = '{"name":"mychart","version":"1.2.3","apiVersion":"v2"}'
  const layer = content('application/vnd.cncf.helm.chart.content.v1.tar+gzip', archive)
  return put(content('application/vnd.cncf.helm.config.v1+json', metadata), [layer])
}

function putSplit(archive: Uint8Array, title = 'content.tgz'): Promise<string> {
  return put(content('application/vnd.oci.image.config.v1+json', '{}'), [
    content('application/vnd.cncf.helm.chart.config.v1+json', '{"apiVersion":"v2"}'),
    content('application/vnd.cncf.helm.chart.content.v1+tar', archive, {
      'chart.name': 'mychart',
      'chart.version': '1.2.3',
      'org.opencontainers.image.title': title,
    }),
  ])
}

/** Makes a destination, deep enough that files outside of it are noticed; `look` lists everything around it. */
async function makePlace() {
  const folder = await makeFolder()
  const destination = join(folder, 'a/b/c/destination')
  await mkdir(destination, { recursive: true })
  const look = async () => [await listTree(folder), await readdir(process.cwd())]
  return { destination, look }
}

/** Everything below a folder, links as links. */
async function listTree(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => [join(entry.parentPath, entry.name), entry.isFile()] as const)
  const contents = paths.map(async ([path, isFile]) => `${path} ${isFile ? (await readFile(path)).length : ''}`)
  return (await Promise.all(contents)).toSorted()
}

/** The outcome of a call: code and message of its error, or its result. An error of another class is thrown. */
async function outcome<T>(call: Promise<T>, describeResult: (result: T) => string): Promise<string> {
  try {
    return describeResult(await call)
  } catch (error) {
    if (!(error instanceof OciError) || error.hint === '') throw error
    return `${error.code} ${error.message}`
  }
}

/** Pulls with `untar`: an error leaves nothing, and a chart its files in their folder; the rest is as it was. */
async function pull(reference: string): Promise<string> {
  const { destination, look } = await makePlace()
  const before = await look()
  const came = await outcome(pullChart(reference, { destination, untar: true }), ({ chart }) =>
    chart.files.map(({ path }) => path).join(' '),
  )
  if (came.startsWith('ERR_')) {
    expect(await look()).toEqual(before)
    return came
  }
  const written = await readdir(join(destination, 'mychart'), { recursive: true, withFileTypes: true })
  const files = written.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.toSorted()).toEqual(
    came
      .split(' ')
      .map((path) => join(destination, 'mychart', path))
      .toSorted(),
  )
  await rm(join(destination, 'mychart'), { recursive: true })
  expect(await look()).toEqual(before)
  return came
}

const read = (reference: string): Promise<string> =>
  outcome(readChartFile(reference, 'values.yaml'), ({ bytes }) => `values.yaml of ${bytes.length} bytes`)
const inspect = (reference: string): Promise<string> =>
  outcome(inspectChart(reference), ({ metadata }) => JSON.stringify(metadata))

const INSPECTED = '{"name":"mychart","version":"1.2.3","apiVersion":"v2"}'
const noFile = (reference: string): string =>
  `ERR_NOT_FOUND Cannot read chart ${reference}: it has no file "values.yaml"`
const refusal = (reference: string, { code, reason }: HostileChart): string =>
  `${code} Cannot read chart ${reference}: ${reason}`

/** The same outcome from the tables of this file: the code without ERR_, and the reason or the whole message. */
function translateError(reference: string, text: string): string {
  const [code = '', reason = ''] = text.split(/ (.*)/)
  return `ERR_${code} ${reason.startsWith('Cannot') ? '' : `Cannot read chart ${reference}: `}${reason}`
}

const LINK = 'is a symbolic link'
const BOMB = 'LIMIT_EXCEEDED chart file'

/** The rows that are folders, packed by the system's tar, with the outcome of a pull. */
const folders: Readonly<Record<string, string>> = {
  'a link to a file outside': `INVALID_ARCHIVE the entry "mychart/templates/x" ${LINK}`,
  'a link to a folder outside': `INVALID_ARCHIVE the entry "mychart/files" ${LINK}`,
  'an absolute link': `INVALID_ARCHIVE the entry "mychart/x" ${LINK}`,
  'a link in the place of Chart.lock': `INVALID_ARCHIVE the entry "mychart/Chart.lock" ${LINK}`,
  'a link in the place of a subchart': `INVALID_ARCHIVE the entry "mychart/charts/a.tgz" ${LINK}`,
  'a link to a link that leads outside': `INVALID_ARCHIVE the entry "mychart/a" ${LINK}`,
  'rules from outside': `INVALID_ARCHIVE the entry "mychart/.helmignore" ${LINK}`,
  'a link to nothing': `INVALID_ARCHIVE the entry "mychart/x" ${LINK}`,
  'a link to itself': `INVALID_ARCHIVE the entry "mychart/x" ${LINK}`,
  'a link in a circle': `INVALID_ARCHIVE the entry "mychart/a/b" ${LINK}`,
  'a file whose name is a path on Windows': 'INVALID_ARCHIVE chart contains illegally named files',
  // Helm removes it from an archive, and so does the library; it is never unpacked.
  'a file that begins with a drive letter':
    'INVALID_CHART Cannot unpack chart "mychart": chart contains illegally named files: "C:x"',
  'a file whose name begins with two points': 'INVALID_ARCHIVE chart illegally references parent directory',
  '105 MiB in a folder': 'LIMIT_EXCEEDED the chart is larger than the maximum size 104857600',
  'a file of 6 MiB': `${BOMB} "x" is larger than the maximum file size 5242880`,
  'a hostile archive in charts/':
    'INVALID_ARCHIVE error unpacking subchart sub.tgz in mychart: chart illegally references parent directory',
}

/** The rows that are folders and do no harm as archives. */
const harmless: Readonly<Record<string, string>> = {
  'rules without end, each for each file': 'the .helmignore of an archive is not applied',
}

const archives = hostileCharts.filter(({ name }) => !(name in folders) && !(name in harmless))
const row = (name: string): HostileChart => hostileCharts.find((each) => each.name === name) as HostileChart

const kept = new Map<string, string | Uint8Array>()

/** Makes the archive of a row, once for all tests; fails if the row is one of the other kind. */
async function makeBytes({ name, make }: HostileChart): Promise<Uint8Array> {
  const made = kept.get(name) ?? (await make(await makeFolder()))
  kept.set(name, made)
  expect(made).toBeInstanceOf(Uint8Array)
  return made as Uint8Array
}

/** Packs the folder of a row below `mychart/`, links as links. */
async function packFolder({ make }: HostileChart): Promise<Uint8Array> {
  const folder = await makeFolder()
  await rename((await make(folder)) as string, join(folder, 'mychart'))
  const names = (await readdir(join(folder, 'mychart'), { recursive: true })).toSorted()
  const paths = ['mychart', ...names.map((name) => `mychart/${name}`)]
  return execFileSync('tar', ['-czf', '-', '-C', folder, '--no-recursion', ...paths], { maxBuffer: 1024 ** 3 })
}

const VALUES = 'aliases that grow without end, in the values'

/** Rows that concern more than one file: metadata, subcharts, and sums over all files. */
const notSeen: ReadonlySet<string> = new Set([
  'a gzip bomb of many files',
  'a gzip bomb that is shared out among packed subcharts',
  'a bomb of nothing but padding, shared out among packed subcharts',
  'charts in charts in charts',
  'an archive of nothing',
])

/** The outcome for a single file, where the whole chart is `refused`. */
function expectedFile(reference: string, { name, code, reason }: HostileChart, refused: string): string {
  if (name === VALUES) return 'values.yaml of 813 bytes'
  const isDeeper = code === 'ERR_INVALID_CHART' || reason.startsWith('error unpacking subchart') || notSeen.has(name)
  return isDeeper ? noFile(reference) : refused
}

/** The charts as Helm pushes them, and the folders among them. */
export function describeHostileCharts(): void {
  useRegistry()
  describe('a hostile chart in a registry', () => {
    it.each(archives)('with $name is refused as a whole', async (hostile) => {
      const reference = await putHelm(await makeBytes(hostile))

      const refused = refusal(reference, hostile)
      expect(await pull(reference)).toBe(refused)
      expect(await read(reference)).toBe(expectedFile(reference, hostile, refused))
      expect(await inspect(reference)).toBe(INSPECTED)
    })

    it.each(Object.entries(folders))('with %s, packed by tar, is refused as a whole', async (name, expected) => {
      const reference = await putHelm(await packFolder(row(name)))

      expect(await pull(reference)).toBe(translateError(reference, expected))
      expect(await inspect(reference)).toBe(INSPECTED)
    })

    it.each(Object.entries(harmless))('with %s, packed by tar, is a chart: %s', async (name) => {
      const reference = await putHelm(await packFolder(row(name)))

      expect(await pull(reference)).toBe('Chart.yaml .helmignore')
    })

    it('is in exactly one of these tables', () => {
      const names = hostileCharts.map(({ name }) => name)
      expect([...Object.keys(folders), ...Object.keys(harmless)].filter((name) => !names.includes(name))).toEqual([])
      expect(Object.keys(harmless)).toHaveLength(1)
      expect(archives.length + Object.keys(folders).length).toBe(hostileCharts.length - 1)
      expect([...notSeen].filter((name) => !names.includes(name))).toEqual([])
    })
  })
}

/** Other outcomes as a content layer, which needs no root folder, no gzip and no Chart.yaml. */
const splits: Readonly<Record<string, string>> = {
  // Without a root folder, this path is not absolute, but has a slash too many.
  'an absolute path': 'Chart.yaml etc/passwd',
  'an absolute path of Windows': 'INVALID_ARCHIVE chart contains illegally named files',
  // Not all files lie below mychart/, so that it is an ordinary folder, and ".." in it leads to the chart.
  'a file outside the root folder': 'Chart.yaml mychart/Chart.yaml x',
  'two root folders': 'Chart.yaml mychart/Chart.yaml other/a',
  'a folder that is also a file': 'INVALID_ARCHIVE "mychart/a" is a file, but there is also a folder',
  'Chart.yaml as the root': 'INVALID_CHART "Chart.yaml" is a file, but there is also "Chart.yaml/x"',
  'a file that claims 8 GiB': `${BOMB} "mychart/a" is larger than the maximum file size 5242880`,
  'a gzip bomb of one file': `${BOMB} "mychart/a" is larger than the maximum file size 5242880`,
  'a web page': 'INVALID_ARCHIVE the archive cannot be read: it ends within a header',
  'a tar without gzip': 'Chart.yaml',
  'an archive of nothing': 'Chart.yaml',
  'an empty Chart.yaml (CVE-2024-26147)': 'INVALID_CHART validation: chart.metadata.name is required',
  'a Chart.yaml that says null (CVE-2024-26147)': 'INVALID_CHART validation: chart.metadata.name is required',
  'a chart without Chart.yaml': 'Chart.yaml a',
}

/** Names that are hostile only below the root folder, which is known when all names are known. */
const belowRoot: ReadonlySet<string> = new Set([
  'a name that begins with two points',
  'a drive letter',
  'Chart.yaml as the root',
])

/** The charts as a content layer, with a metadata layer, and layers that name files. */
export function describeHostileLayers(): void {
  useRegistry()
  describeArchives()
  describeNames()
}

function describeArchives(): void {
  describe('a hostile archive as a content layer', () => {
    it.each(archives)('with $name is refused as a whole, or stays in its folder', async (hostile) => {
      const reference = await putSplit(await makeBytes(hostile))
      const other = splits[hostile.name]

      const isChart = other?.startsWith('Chart.yaml') ?? false
      const refused = other ? translateError(reference, other) : refusal(reference, hostile)
      expect(await pull(reference)).toBe(isChart ? other : refused)
      const isPassedOver = isChart || belowRoot.has(hostile.name)
      expect(await read(reference)).toBe(isPassedOver ? noFile(reference) : expectedFile(reference, hostile, refused))
      expect(await inspect(reference)).toBe(INSPECTED)
    })

    it('exists for each name in these tables', () => {
      const names = archives.map(({ name }) => name)
      expect([...Object.keys(splits), ...belowRoot].filter((name) => !names.includes(name))).toEqual([])
    })
  })
}

const OUTSIDE = 'INVALID_ARCHIVE chart illegally references parent directory'
const ABSOLUTE = 'INVALID_ARCHIVE chart illegally contains absolute paths'
const ILLEGAL = 'INVALID_ARCHIVE chart contains illegally named files'

/** Names that lead out of a layer that has no root folder. */
const names: readonly (readonly [name: string, entries: readonly RawEntry[], expected: string])[] = [
  ['../x', [{ name: '../x' }], OUTSIDE],
  ['..', [{ name: '..' }], OUTSIDE],
  ['.', [{ name: '.' }], 'INVALID_ARCHIVE chart illegally contains content outside the base directory: "-/."'],
  ['./../x', [{ name: './../x' }], OUTSIDE],
  ['a/../../x', [{ name: 'a/../../x' }], OUTSIDE],
  ['-/../../x', [{ name: '-/../../x' }], OUTSIDE],
  ['..x', [{ name: '..x' }], OUTSIDE],
  ['/etc/passwd', [{ name: '/etc/passwd' }], ABSOLUTE],
  ['\\x', [{ name: '\\x' }], ABSOLUTE],
  ['..\\x', [{ name: '..\\x' }], OUTSIDE],
  ['C:/x', [{ name: 'C:/x' }], ILLEGAL],
  ['C:\\x', [{ name: 'C:\\x' }], ILLEGAL],
  ['C:x', [{ name: 'C:x' }], ILLEGAL],
  ['../x in a PAX record', [pax('path=../x'), { name: 'a' }], OUTSIDE],
  ['a link', [{ name: 'a', type: '2' }], `INVALID_ARCHIVE the entry "a" ${LINK}`],
  [
    'a name twice',
    [{ name: 'a' }, { name: './a', text: 'x' }],
    'INVALID_CHART the file "a" is there twice, with different bytes',
  ],
  ['a file that is a folder', [{ name: 'a' }, { name: 'a/b' }], 'INVALID_CHART "a" is a file, but there is also "a/b"'],
]

function describeNames(): void {
  describe('a content layer without a root folder', () => {
    it.each(names)('with the name %s is refused as a whole', async (_, entries, expected) => {
      const files: readonly RawEntry[] = [{ name: 'templates/a.yaml', text: 'a' }, ...entries]
      for (const title of ['content.tar', 'content.tgz']) {
        for (const bytes of [makeTar(files), makeArchive(files)]) {
          const reference = await putSplit(bytes, title)

          expect(await pull(reference)).toBe(translateError(reference, expected))
        }
      }
    })

    it('below a root folder of its own name is refused as well', async () => {
      const files: readonly RawEntry[] = [{ name: 'mychart/Chart.yaml', text: CHART_YAML }, { name: 'mychart/C:x' }]
      const reference = await putSplit(makeTar(files))

      expect(await pull(reference)).toBe(translateError(reference, ILLEGAL))
    })
  })
}
