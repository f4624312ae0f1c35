/** One file of a chart in a registry: found while its layer goes by, of which nothing else is kept. */
import { readContent } from '../../oras/oci/content.js'
import { assembleParts, type FoundChart } from './assemble-chart.js'
import type { ChartFile } from '../model/chart.js'
import { formatChartYaml } from '../metadata/format-metadata.js'
import { gunzipIfGzipped } from '../../oras/tar/gunzip.js'
import { stripByteOrderMark } from '../model/byte-order-mark.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readArtifactMetadata } from './read-artifact-metadata.js'
import { type ArchiveFile, notGzipped, readChartEntries } from '../folder/read-archive.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { describeLayout, findRoot, isRootName, readContentEntries, type SplitLayout } from './read-content-layer.js'

/** The files that people ask for are the first in an archive; in bytes. */
const PREVIEW = 1024 * 1024

/** A file, and what is known of it. */
export interface ArtifactFile {
  readonly bytes: Uint8Array
  /** Whether the layer was read to its end, and its digest was right. */
  readonly verified: boolean
}

/**
 * Reads one file.
 *
 * @param isPartial Whether to stop behind the file, unverified.
 * @returns `undefined` if the chart has no such file.
 */
export async function readArtifactFile(
  found: FoundChart,
  path: string,
  isPartial: boolean,
  context: ReadContext,
): Promise<ArtifactFile | undefined> {
  const { manifest, parts, get } = found
  const { format, content, metadata } = parts
  if (format === 'split' && metadata && path === 'Chart.yaml') {
    return { bytes: plain(await readChartYaml(found, context)), verified: true }
  }
  const search = { path, isPartial, context }
  let layout = await describeLayout(manifest, parts, context)
  if (format === 'split' && metadata && layout.name === undefined) {
    const json = await readContent(get(metadata), { limit: metadata.size, signal: context.signal })
    layout = await describeLayout(manifest, parts, context, json)
  }
  const chunks = get(content)
    .open({ preview: isPartial ? PREVIEW : undefined, signal: context.signal })
    [Symbol.asyncIterator]()
  // Without a return(), those who read from it cannot end it: a damaged archive is read on, to see who damaged it.
  const source = { [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) }
  try {
    const file = await (format === 'helm'
      ? findFile(
          readChartEntries(
            gunzipIfGzipped(source, context.turns, () => notGzipped(context)),
            context,
          ),
          search,
        )
      : findBelowRoot(readContentEntries(source, context), layout, search))
    return file && { bytes: plain(stripByteOrderMark(file)), verified: !isPartial }
  } catch (error) {
    context.signal?.throwIfAborted()
    if (!isPartial) while (!(await chunks.next()).done);
    throw error
  } finally {
    await chunks.return?.()
  }
}

interface Search {
  readonly path: string
  readonly isPartial: boolean
  readonly context: ReadContext
}

async function findFile(files: AsyncIterable<ArchiveFile>, search: Search): Promise<Uint8Array | undefined> {
  const { path, isPartial, context } = search
  let found: Uint8Array | undefined
  for await (const file of files) {
    if (file.path !== path) continue
    if (found) throw duplicateFile(path, context)
    found = await file.read()
    if (isPartial) break
  }
  return found
}

/** Whether there is a root folder is often certain only when all names are known. */
async function findBelowRoot(
  files: AsyncIterable<ArchiveFile>,
  layout: SplitLayout,
  search: Search,
): Promise<Uint8Array | undefined> {
  if (layout.isRootless) return findFile(files, search)
  const { path, isPartial, context } = search
  const paths: string[] = []
  const found = new Map<string, Uint8Array>()
  let inRoot: string | undefined
  for await (const file of files) {
    paths.push(file.path)
    inRoot ??= `${file.path.split('/', 1)[0]}/${path}`
    if (file.path !== path && file.path !== inRoot) continue
    if (found.has(file.path)) throw duplicateFile(path, context)
    const bytes = await file.read()
    found.set(file.path, bytes)
    if (isPartial && file.path === `${findLikelyRoot(paths, layout)}${path}`) return bytes
  }
  return found.get(`${findRoot(paths, layout)}${path}`)
}

/** The root folder, as far as the names so far tell; `undefined` if others have to be waited for. */
function findLikelyRoot(paths: readonly string[], layout: SplitLayout): string | undefined {
  const [first = ''] = paths[0]?.split('/') ?? []
  if (!paths.every((path) => path.startsWith(`${first}/`))) return ''
  return isRootName(first, layout) ? `${first}/` : undefined
}

/** The Chart.yaml of a split chart: written from the metadata, unless only the whole chart has what is in it. */
async function readChartYaml(found: FoundChart, context: ReadContext): Promise<Uint8Array> {
  const metadata = await readArtifactMetadata(found, context)
  const hasOldDependencies = metadata.apiVersion === 'v1' && metadata.dependencies !== undefined
  const { isRootless } = await describeLayout(found.manifest, found.parts, context)
  if (isRootless && !hasOldDependencies) return Buffer.from(formatChartYaml(metadata, false))
  const { files } = await assembleParts(found, context)
  return (files.find(({ path }) => path === 'Chart.yaml') as ChartFile).bytes
}

/** A plain view: Buffer's own methods differ from those of the type that is promised. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

function duplicateFile(path: string, context: ReadContext): Error {
  return invalidChart(context, `the file ${quote(path)} is there twice`, {
    file: path,
    hint: 'Pack the chart again: it is not certain which of the two Helm would take.',
  })
}
