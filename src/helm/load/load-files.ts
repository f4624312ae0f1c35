/** A chart from its files: Helm's LoadFiles, for folders, archives, subcharts and charts made in memory alike. */
import type { Chart, ChartFile } from '../model/chart.js'
import type { Draft } from '../metadata/decode-struct.js'
import { type Reading, refuseChart, startNested } from '../model/reading.js'
import { formatChartYaml } from '../metadata/format-metadata.js'
import { LOCK, METADATA } from '../model/chart-metadata.js'
import { decodeYamlFile, parseYamlFile, warnOfDuplicates } from '../metadata/parse-yaml-file.js'
import { withoutMark } from '../model/byte-order-mark.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readArchive } from '../folder/read-archive.js'
import { validateMetadata } from '../metadata/validate-metadata.js'
import { compareWalkOrder } from '../model/walk-order.js'

const FIRST = ['Chart.yaml', 'Chart.lock', 'values.yaml', 'values.schema.json']
/** How deep the brackets of a schema may nest: Go reads no deeper. */
const MAX_SCHEMA_DEPTH = 10_000

/**
 * Makes a chart of its files, whose paths have been checked.
 *
 * @throws {InvalidChartError} if Helm would refuse the files, or if a path is there twice.
 */
export async function loadFiles(given: readonly ChartFile[], reading: Reading): Promise<Chart> {
  const files = given.map(({ path, bytes }) => ({ path, bytes: withoutMark(bytes) }))
  return loadPlainFiles(files, reading)
}

/** Loads files whose marks are off already: Helm takes one mark off each file, also of a subchart that is a folder. */
async function loadPlainFiles(given: readonly ChartFile[], reading: Reading): Promise<Chart> {
  // Before each chart: reading very many subcharts without a pause would keep the rest of the process waiting.
  await reading.turns.give()
  const files = indexFiles(given, reading)
  const warnings: string[] = []
  const draft = readDraft(files, reading, warnings)
  const lock = readLock(files, reading)
  checkValues(files, reading, warnings)
  const metadata = validateMetadata(draft, reading)
  const isV1 = metadata.apiVersion === 'v1'

  const { own, subcharts } = sortFiles(files, isV1)
  if (lock && metadata.apiVersion === 'v2') own.push({ path: 'Chart.lock', bytes: lock })
  if (!isV1 && files.has('requirements.yaml')) {
    warnings.push('requirements.yaml: dependencies belong in Chart.yaml since apiVersion "v2"; they are written there')
    const chartYaml = { path: 'Chart.yaml', bytes: Buffer.from(formatChartYaml(metadata, true)) }
    own.splice(own.findIndex(isChartYaml), 1, chartYaml)
  }
  if (!isV1 && files.has('requirements.lock')) {
    warnings.push('requirements.lock: the lock belongs in Chart.lock since apiVersion "v2"; it is written there')
  }

  const dependencies: Chart[] = []
  for (const folder of [...subcharts.keys()].toSorted(compareWalkOrder)) {
    const nested = startNested(reading, quote(folder).slice(1, -1), metadata.name)
    const subchart = await loadSubchart(folder, subcharts.get(folder) ?? [], nested)
    dependencies.push(subchart)
    warnings.push(...subchart.warnings.map((warning) => `charts/${folder}: ${warning}`))
  }
  return {
    metadata,
    files: own.toSorted((a, b) => rank(a.path) - rank(b.path) || compareWalkOrder(a.path, b.path)),
    dependencies: dependencies.toSorted(compareCharts),
    warnings,
  }
}

/**
 * Indexes files by their paths.
 *
 * @throws {InvalidChartError} if a path is there twice, or is that of a file and of a folder.
 */
function indexFiles(given: readonly ChartFile[], reading: Reading): ReadonlyMap<string, ChartFile> {
  const files = new Map<string, ChartFile>()
  for (const { path, bytes } of given) {
    if (files.has(path)) {
      // Helm would merge two Chart.yaml and keep one of two others, and which one depends on who unpacks.
      throw refuseChart(reading, `the file ${quote(path)} is there twice`, {
        file: path,
        hint: 'Pack the chart again, with every file once.',
      })
    }
    files.set(path, { path, bytes })
  }
  const paths = [...files.keys()].toSorted(compareWalkOrder)
  for (const [at, path] of paths.entries()) {
    const file = paths[at - 1]
    // In the order of a walk, what lies in a folder comes right behind it.
    if (file === undefined || !path.startsWith(`${file}/`)) continue
    throw refuseChart(reading, `${quote(file)} is a file, but there is also ${quote(path)}`, {
      file,
      hint: 'Pack the chart again: nobody could unpack this one.',
    })
  }
  return files
}

/** Separates the chart's own files, without locks that are not packed, from those of its subcharts, by their folder. */
function sortFiles(files: ReadonlyMap<string, ChartFile>, isV1: boolean) {
  const own: ChartFile[] = []
  const subcharts = new Map<string, ChartFile[]>()
  for (const file of files.values()) {
    const [, folder] = /^charts\/([^/]*)/.exec(file.path) ?? []
    if (folder === undefined || file.path.endsWith('.prov')) {
      if (file.path !== 'Chart.lock' && (isV1 || !isRequirements(file.path))) own.push(file)
    } else if (!/^[_.]/.test(folder)) {
      const inside = subcharts.get(folder) ?? []
      inside.push(file)
      subcharts.set(folder, inside)
    }
  }
  return { own, subcharts }
}

function readDraft(files: ReadonlyMap<string, ChartFile>, reading: Reading, warnings: string[]): Draft {
  const chartYaml = files.get('Chart.yaml')
  if (!chartYaml) {
    throw refuseChart(reading, 'Chart.yaml file is missing', {
      file: 'Chart.yaml',
      hint: 'A chart is a folder, or the .tgz of one, with Chart.yaml at its top. Check the path, and that no rule of .helmignore fits Chart.yaml.',
    })
  }
  const draft: Draft = {}
  for (const file of [chartYaml, files.get('requirements.yaml')]) {
    if (!file) continue
    const document = parseYamlFile(file.path, file.bytes, reading)
    if (document.value === null && file === chartYaml) {
      throw refuseChart(reading, 'Chart.yaml is empty', {
        file: 'Chart.yaml',
        hint: 'Write at least apiVersion, name and version into Chart.yaml.',
      })
    }
    decodeYamlFile(file.path, document, { type: METADATA, draft }, reading)
    warnings.push(...warnOfDuplicates(file.path, document))
    // Charts of Helm 2 have no apiVersion.
    draft.apiVersion ||= 'v1'
  }
  return draft
}

/** Reads the lock: Helm loads no chart with a damaged one. Of two, requirements.lock counts; an empty one is left out. */
function readLock(files: ReadonlyMap<string, ChartFile>, reading: Reading): Uint8Array | undefined {
  let lock: Uint8Array | undefined
  for (const path of ['Chart.lock', 'requirements.lock']) {
    const file = files.get(path)
    if (!file) continue
    const document = parseYamlFile(path, file.bytes, reading)
    decodeYamlFile(path, document, { type: LOCK, draft: {} }, reading)
    lock = document.value === null ? undefined : file.bytes
  }
  return lock
}

function checkValues(files: ReadonlyMap<string, ChartFile>, reading: Reading, warnings: string[]): void {
  const values = files.get('values.yaml')
  if (values) {
    const document = parseYamlFile('values.yaml', values.bytes, reading)
    if (document.hasMore)
      warnings.push('values.yaml has several documents: Helm 3 reads the first one, Helm 4 merges all')
    decodeYamlFile('values.yaml', document, { type: { goName: 'Values', fields: {} }, draft: {} }, reading)
    warnings.push(...warnOfDuplicates('values.yaml', document))
  }
  const schema = files.get('values.schema.json')
  if (schema) checkSchema(schema, reading)
}

/**
 * Checks that a schema is JSON.
 *
 * @throws {InvalidChartError} with Helm's message if it is not, or if it is nested too deep for Go.
 */
function checkSchema({ path, bytes }: ChartFile, reading: Reading): void {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  try {
    JSON.parse(text)
    if (isTooDeep(text)) throw new SyntaxError('exceeded max depth')
  } catch (cause) {
    throw refuseChart(reading, `invalid JSON in ${path}`, {
      cause,
      file: path,
      hint: `Correct ${path}: it holds the JSON schema of the values.`,
    })
  }
}

/** Tells whether the brackets of a JSON text lie in each other deeper than Go reads. */
function isTooDeep(json: string): boolean {
  // Hardly any text has so many brackets at all, and to count them takes next to nothing.
  if (json.split('[').length + json.split('{').length <= MAX_SCHEMA_DEPTH) return false
  let depth = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > MAX_SCHEMA_DEPTH) return true
  }
  return false
}

async function loadSubchart(folder: string, files: readonly ChartFile[], nested: Reading): Promise<Chart> {
  if (!folder.endsWith('.tgz')) {
    // Files directly in charts/ are no chart; for their folder nothing is left, and Chart.yaml is missing.
    const inside = files.filter((file) => file.path !== `charts/${folder}`)
    return loadPlainFiles(
      inside.map(({ path, bytes }) => ({ path: path.slice(`charts/${folder}/`.length), bytes })),
      nested,
    )
  }
  const [archive] = files
  if (archive?.path !== `charts/${folder}`) {
    throw refuseChart(nested, `error unpacking subchart tar: expected ${folder}, got a folder`, {
      file: `charts/${folder}`,
      hint: 'Rename the folder: only packed charts may be called .tgz.',
    })
  }
  return loadFiles(await readArchive(archive.bytes, nested), nested)
}

function isChartYaml({ path }: ChartFile): boolean {
  return path === 'Chart.yaml'
}

function isRequirements(path: string): boolean {
  return path === 'requirements.yaml' || path === 'requirements.lock'
}

function rank(path: string): number {
  const first = FIRST.indexOf(path)
  if (first >= 0) return first
  return path.startsWith('templates/') ? FIRST.length : FIRST.length + 1
}

function compareCharts(a: Chart, b: Chart): number {
  return compareWalkOrder(a.metadata.name, b.metadata.name) || compareWalkOrder(a.metadata.version, b.metadata.version)
}
