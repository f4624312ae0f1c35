/** A chart from its files: Helm's LoadFiles, for folders, archives, subcharts and charts made in memory alike. */
import type { Chart, ChartFile } from '../model/chart.js'
import type { ChartMetadata } from '../model/chart-metadata.js'
import type { PartialStruct } from '../metadata/decode-struct.js'
import { type ReadContext, invalidChart, createSubchartContext } from '../model/read-context.js'
import { formatChartYaml } from '../metadata/format-metadata.js'
import { parseFile, warnOfDuplicates } from '../metadata/parse-file.js'
import { isUtf16, stripByteOrderMark } from '../model/byte-order-mark.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readArchive } from '../folder/read-archive.js'
import { uniqueFiles } from '../folder/unique-files.js'
import { validateMetadata } from '../metadata/validate-metadata.js'
import { compareWalkOrder, stepsOf } from '../model/walk-order.js'

const FIRST = ['Chart.yaml', 'Chart.lock', 'values.yaml', 'values.schema.json']
/** How many warnings a chart has at most, those of its subcharts among them. */
const MAX_WARNINGS = 1000
/** How many places of one subchart are named in a warning. */
const MAX_NAMED = 10

/**
 * Makes a chart of its files, whose paths have been checked.
 *
 * @throws {InvalidChartError} if Helm would refuse the files, or if a path is there twice with different bytes.
 */
export async function loadFiles(given: readonly ChartFile[], context: ReadContext): Promise<Chart> {
  const { files, warnings } = await uniqueFiles(given, context)
  const plain = files.map(({ path, bytes }) => ({ path, bytes: stripByteOrderMark(bytes) }))
  return loadPlainFiles(plain, context, warnings)
}

/**
 * Loads files whose marks are off already: Helm takes one mark off each file, also of a subchart that is a folder.
 *
 * @param found The warnings so far.
 */
async function loadPlainFiles(
  given: readonly ChartFile[],
  context: ReadContext,
  found: readonly string[] = [],
): Promise<Chart> {
  // Before each chart: reading very many subcharts without a pause would keep the rest of the process waiting.
  await context.turns.give()
  const files = await indexFiles(given, context)
  const warnings = [...found]
  const partial = await readMetadata(files, context, warnings)
  const lock = await readLock(files, context)
  await checkValues(files, context, warnings)
  const metadata = validateMetadata(partial, context)
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

  const { turns } = context
  const dependencies: Chart[] = []
  /** The subcharts by their names. */
  const places = new Map<string, Place[]>()
  const folders = await turns.sort([...subcharts.keys()], compareWalkOrder, stepsOf)
  for (const folder of folders) {
    const nested = createSubchartContext(context, quote(folder).slice(1, -1), metadata.name)
    const subchart = await loadSubchart(folder, subcharts.get(folder) ?? [], nested)
    dependencies.push(subchart)
    const { name, version } = subchart.metadata
    const others = places.get(name)
    if (others) others.push({ folder, version })
    else places.set(name, [{ folder, version }])
    const left = subchart.warnings.slice(0, MAX_WARNINGS - warnings.length)
    for (const warning of left) warnings.push(`charts/${folder}: ${warning}`)
  }
  warnings.push(...warnOfRepeated(places, metadata).slice(0, Math.max(0, MAX_WARNINGS - warnings.length)))
  return {
    metadata,
    files: await turns.sort(own, comparePacked, ({ path }) => stepsOf(path)),
    dependencies: await turns.sort(dependencies, compareCharts, (chart) => stepsOf(textOfChart(chart))),
    warnings,
  }
}

/** Where a subchart lies in `charts/`: a folder or an archive. */
interface Place {
  readonly folder: string
  readonly version: string
}

/** Warns of subcharts that have one name, unless they are versions that Chart.yaml declares, each with its alias. */
function warnOfRepeated(
  subcharts: ReadonlyMap<string, readonly Place[]>,
  { dependencies = [] }: ChartMetadata,
): readonly string[] {
  return [...subcharts].flatMap(([name, places]) => {
    if (places.length === 1) return []
    const declared = dependencies.filter((dependency) => dependency.name === name)
    const versions = new Set(places.map(({ version }) => version))
    if (declared.length === places.length && versions.size === places.length) return []
    const named = places.slice(0, MAX_NAMED).map(({ folder }) => quote(`charts/${folder}`))
    const others = places.length > MAX_NAMED ? ` and ${places.length - MAX_NAMED} others` : ''
    return `the subchart ${quote(name)} is there more than once: ${named.join(', ')}${others}; Helm reads all of them, and "helm package" writes them into one folder`
  })
}

/**
 * Indexes files by their paths.
 *
 * @throws {InvalidChartError} if a path is that of a file and of a folder.
 */
async function indexFiles(given: readonly ChartFile[], context: ReadContext): Promise<ReadonlyMap<string, ChartFile>> {
  const { turns } = context
  const files = new Map<string, ChartFile>()
  for (const file of given) {
    files.set(file.path, file)
    const turn = turns.take(stepsOf(file.path))
    if (turn) await turn
  }
  const paths = await turns.sort([...files.keys()], compareWalkOrder, stepsOf)
  for (const [at, path] of paths.entries()) {
    const file = paths[at - 1]
    const turn = turns.take(stepsOf(path))
    if (turn) await turn
    // In the order of a walk, what lies in a folder comes right behind it.
    if (file === undefined || path[file.length] !== '/' || !path.startsWith(file)) continue
    throw invalidChart(context, `${quote(file)} is a file, but there is also ${quote(path)}`, {
      file,
      hint: 'Rename the file or the folder: a folder cannot hold both.',
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

async function readMetadata(
  files: ReadonlyMap<string, ChartFile>,
  context: ReadContext,
  warnings: string[],
): Promise<PartialStruct> {
  const chartYaml = files.get('Chart.yaml')
  if (!chartYaml) {
    throw invalidChart(context, 'Chart.yaml file is missing', {
      file: 'Chart.yaml',
      hint: 'A chart is a folder, or the .tgz of one, with Chart.yaml at its top. Check the path, and that .helmignore does not ignore Chart.yaml.',
    })
  }
  let partial: PartialStruct = {}
  for (const file of [chartYaml, files.get('requirements.yaml')]) {
    if (!file) continue
    const answer = await parseFile(file.path, { kind: 'metadata', bytes: file.bytes, partial }, context)
    if (answer.isEmpty && file === chartYaml) {
      throw invalidChart(context, 'Chart.yaml is empty', {
        file: 'Chart.yaml',
        hint: 'Write at least apiVersion, name and version into Chart.yaml.',
      })
    }
    partial = answer.partial
    warnings.push(...warnOfDuplicates(file.path, answer))
    // Charts of Helm 2 have no apiVersion.
    partial.apiVersion ||= 'v1'
  }
  return partial
}

/** Reads the lock: Helm loads no chart with a damaged one. Of two, requirements.lock counts; an empty one is left out. */
async function readLock(files: ReadonlyMap<string, ChartFile>, context: ReadContext): Promise<Uint8Array | undefined> {
  let lock: Uint8Array | undefined
  for (const path of ['Chart.lock', 'requirements.lock']) {
    const file = files.get(path)
    if (!file) continue
    const { isEmpty } = await parseFile(path, { kind: 'lock', bytes: file.bytes }, context)
    lock = isEmpty ? undefined : file.bytes
  }
  return lock
}

async function checkValues(
  files: ReadonlyMap<string, ChartFile>,
  context: ReadContext,
  warnings: string[],
): Promise<void> {
  const values = files.get('values.yaml')
  if (values) {
    const answer = await parseFile('values.yaml', { kind: 'values', bytes: values.bytes }, context)
    if (isUtf16(values.bytes)) {
      warnings.push('values.yaml is UTF-16: Helm 3 reads it, Helm 4 cannot read most such files; save it as UTF-8')
    }
    if (answer.hasMore)
      warnings.push('values.yaml has several documents: Helm 3 reads the first one, Helm 4 merges all')
    warnings.push(...warnOfDuplicates('values.yaml', answer))
  }
  const schema = files.get('values.schema.json')
  if (schema) await parseFile('values.schema.json', { kind: 'schema', bytes: schema.bytes }, context)
}

async function loadSubchart(folder: string, files: readonly ChartFile[], nested: ReadContext): Promise<Chart> {
  if (!folder.endsWith('.tgz')) {
    // Files directly in charts/ are no chart; for their folder nothing is left, and Chart.yaml is missing.
    const start = `charts/${folder}/`.length
    const inside = files.filter(({ path }) => path.length >= start)
    return loadPlainFiles(
      inside.map(({ path, bytes }) => ({ path: path.slice(start), bytes })),
      nested,
    )
  }
  const [archive] = files
  if (archive?.path !== `charts/${folder}`) {
    throw invalidChart(nested, `error unpacking subchart tar: expected ${folder}, got a folder`, {
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

/** In the order of an archive. */
function comparePacked(a: ChartFile, b: ChartFile): number {
  return rank(a.path) - rank(b.path) || compareWalkOrder(a.path, b.path)
}

function textOfChart({ metadata: { name, version } }: Chart): string {
  return name.length > version.length ? name : version
}

function compareCharts(a: Chart, b: Chart): number {
  return compareWalkOrder(a.metadata.name, b.metadata.name) || compareWalkOrder(a.metadata.version, b.metadata.version)
}
