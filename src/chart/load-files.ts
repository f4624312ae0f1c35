/** A chart from its files: Helm's LoadFiles, for folders, archives, subcharts and charts made in memory alike. */
import type { Chart, ChartFile } from './chart.js'
import type { Draft } from './decode-struct.js'
import { formatChartYaml } from './format-metadata.js'
import { LOCK, METADATA } from './metadata.js'
import { decodeYamlFile, parseYamlFile, warnOfDuplicates } from './parse-yaml-file.js'
import { quote } from './quote.js'
import { readArchive } from './read-archive.js'
import { type Reading, refuseChart, startNested } from './reading.js'
import { validateMetadata } from './validate-metadata.js'
import { compareWalkOrder } from './walk-order.js'

const FIRST = ['Chart.yaml', 'Chart.lock', 'values.yaml', 'values.schema.json']

/**
 * Makes a chart of its files, whose paths have been checked.
 *
 * @throws {InvalidChartError} if Helm would refuse the files, or if a path is there twice.
 */
export async function loadFiles(given: readonly ChartFile[], reading: Reading): Promise<Chart> {
  const files = indexFiles(given, reading)
  const warnings: string[] = []
  const draft = readDraft(files, reading, warnings)
  readOtherFiles(files, reading, warnings)
  const metadata = validateMetadata(draft, reading)
  const isV1 = metadata.apiVersion === 'v1'

  const kept: ChartFile[] = []
  const subcharts = new Map<string, ChartFile[]>()
  for (const file of files.values()) {
    const [, folder] = /^charts\/([^/]*)/.exec(file.path) ?? []
    if (folder === undefined || file.path.endsWith('.prov')) {
      if (isV1 ? file.path !== 'Chart.lock' : !isRequirements(file.path)) kept.push(file)
    } else if (!/^[_.]/.test(folder)) {
      subcharts.set(folder, [...(subcharts.get(folder) ?? []), file])
    }
  }
  if (!isV1 && files.has('requirements.yaml')) {
    warnings.push('requirements.yaml: dependencies belong in Chart.yaml since apiVersion "v2"; they are written there')
    replaceFile(kept, 'Chart.yaml', Buffer.from(formatChartYaml(metadata)))
  }
  const requirementsLock = files.get('requirements.lock')
  if (!isV1 && requirementsLock) {
    warnings.push('requirements.lock: the lock belongs in Chart.lock since apiVersion "v2"; it is written there')
    replaceFile(kept, 'Chart.lock', requirementsLock.bytes)
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
    files: kept.toSorted((a, b) => rank(a.path) - rank(b.path) || compareWalkOrder(a.path, b.path)),
    dependencies: dependencies.toSorted(compareCharts),
    warnings,
  }
}

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
    files.set(path, { path, bytes: withoutMark(bytes) })
  }
  for (const path of files.keys()) {
    for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      const folder = path.slice(0, slash)
      if (!files.has(folder)) continue
      throw refuseChart(reading, `${quote(folder)} is a file, but there is also ${quote(path)}`, {
        file: folder,
        hint: 'Pack the chart again: nobody could unpack this one.',
      })
    }
  }
  return files
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
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
    draft['apiVersion'] ||= 'v1'
  }
  return draft
}

/** Reads what is not needed for the metadata, but must be right for Helm to load the chart. */
function readOtherFiles(files: ReadonlyMap<string, ChartFile>, reading: Reading, warnings: string[]): void {
  for (const path of ['Chart.lock', 'requirements.lock']) {
    const file = files.get(path)
    if (file) decodeYamlFile(path, parseYamlFile(path, file.bytes, reading), { type: LOCK, draft: {} }, reading)
  }
  const values = files.get('values.yaml')
  if (values) {
    const document = parseYamlFile('values.yaml', values.bytes, reading)
    decodeYamlFile('values.yaml', document, { type: { goName: 'Values', fields: {} }, draft: {} }, reading)
    warnings.push(...warnOfDuplicates('values.yaml', document))
  }
  const schema = files.get('values.schema.json')
  if (schema) checkJson(schema, reading)
}

/** Brackets in brackets: Go reads no deeper. */
const MAX_JSON_DEPTH = 10_000

function checkJson({ path, bytes }: ChartFile, reading: Reading): void {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  try {
    JSON.parse(text)
    if (measureDepth(text) > MAX_JSON_DEPTH) throw new SyntaxError('exceeded max depth')
  } catch (cause) {
    throw refuseChart(reading, `invalid JSON in ${path}`, {
      cause,
      file: path,
      hint: `Correct ${path}: it holds the JSON schema of the values.`,
    })
  }
}

/** Counts how deep the brackets of a JSON text lie in each other. */
function measureDepth(json: string): number {
  let [depth, deepest] = [0, 0]
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth)
    else if (token === ']' || token === '}') depth -= 1
  }
  return deepest
}

async function loadSubchart(folder: string, files: readonly ChartFile[], nested: Reading): Promise<Chart> {
  if (!folder.endsWith('.tgz')) {
    // Files directly in charts/ are no chart; for their folder nothing is left, and Chart.yaml is missing.
    const inside = files.filter((file) => file.path !== `charts/${folder}`)
    return loadFiles(
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

function isRequirements(path: string): boolean {
  return path === 'requirements.yaml' || path === 'requirements.lock'
}

function replaceFile(files: ChartFile[], path: string, bytes: Uint8Array): void {
  const at = files.findIndex((file) => file.path === path)
  if (at >= 0) files[at] = { path, bytes }
  else files.push({ path, bytes })
}

function rank(path: string): number {
  const first = FIRST.indexOf(path)
  if (first >= 0) return first
  return path.startsWith('templates/') ? FIRST.length : FIRST.length + 1
}

function compareCharts(a: Chart, b: Chart): number {
  return compareWalkOrder(a.metadata.name, b.metadata.name) || compareWalkOrder(a.metadata.version, b.metadata.version)
}
