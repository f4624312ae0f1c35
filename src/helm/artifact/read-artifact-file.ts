/** Reads one file of a chart in a registry, without keeping the rest of its layer. */
import { readContent } from '../../oras/oci/content.js'
import { assembleParts, type FoundChart } from './assemble-chart.js'
import type { ChartFile } from '../model/chart.js'
import { formatChartYaml } from '../metadata/format-metadata.js'
import { gunzipIfGzipped } from '../../oras/tar/gunzip.js'
import { stripByteOrderMark } from '../model/byte-order-mark.js'
import { quote } from '../../oras/errors/escape-message.js'
import { readArtifactMetadata } from './read-artifact-metadata.js'
import { type ArchiveFile, notGzipped, readChartEntries } from '../folder/read-archive.js'
import { isSame } from '../folder/unique-files.js'
import { type ReadContext, invalidChart } from '../model/read-context.js'
import { describeLayout, findRoot, isRootName, readContentEntries, type SplitLayout } from './read-content-layer.js'

/** How many bytes of a layer are requested first: the usual files are at the beginning of an archive. */
const PREVIEW = 1024 * 1024

/** A file of a chart in a registry. */
export interface ArtifactFile {
  /** The content of the file, without a byte order mark. */
  readonly bytes: Uint8Array
  /** Whether the whole layer was read and its digest checked. */
  readonly verified: boolean
}

/**
 * Reads one file of a chart.
 *
 * @param isPartial Whether to stop after the file, without checking the digest of the layer.
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
  // Without return(), so that an error in the archive does not end the download: its digest is checked first.
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

/** What to look for, and how. */
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
    const bytes = await file.read()
    if (found) await expectSame(found, bytes, path, context)
    found ??= bytes
    if (isPartial) break
  }
  return found
}

/** Finds a file in a content layer: whether there is a root folder is often known only after all names. */
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
    const bytes = await file.read()
    const first = found.get(file.path)
    if (first) await expectSame(first, bytes, path, context)
    found.set(file.path, bytes)
    if (isPartial && file.path === `${findLikelyRoot(paths, layout)}${path}`) return bytes
  }
  return found.get(`${findRoot(paths, layout)}${path}`)
}

/** Gives the root folder, as far as the names so far tell; `undefined` if more names are needed. */
function findLikelyRoot(paths: readonly string[], layout: SplitLayout): string | undefined {
  const [first = ''] = paths[0]?.split('/') ?? []
  if (!paths.every((path) => path.startsWith(`${first}/`))) return ''
  return isRootName(first, layout) ? `${first}/` : undefined
}

/** Makes the Chart.yaml of a split chart from its metadata, or, if they are not enough, from the whole chart. */
async function readChartYaml(found: FoundChart, context: ReadContext): Promise<Uint8Array> {
  const metadata = await readArtifactMetadata(found, context)
  const hasOldDependencies = metadata.apiVersion === 'v1' && metadata.dependencies !== undefined
  const { isRootless } = await describeLayout(found.manifest, found.parts, context)
  if (isRootless && !hasOldDependencies) return Buffer.from(formatChartYaml(metadata, false))
  const { files } = await assembleParts(found, context)
  return (files.find(({ path }) => path === 'Chart.yaml') as ChartFile).bytes
}

/** Gives a Uint8Array, not a Buffer, whose methods differ. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** Refuses a file that is there twice with different bytes. */
async function expectSame(first: Uint8Array, other: Uint8Array, path: string, context: ReadContext): Promise<void> {
  if (await isSame(first, other, context.turns)) return
  throw invalidChart(context, `the file ${quote(path)} is there twice, with different bytes`, {
    file: path,
    hint: 'Push the chart again, with every file once: which of the two Helm reads is not certain.',
  })
}
