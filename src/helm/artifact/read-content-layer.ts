/**
 * The content layer of a split chart: what is known of it before it is read, and its files, by whoever it was packed:
 * gzipped or not, with a root folder or without.
 */
import { InvalidArchiveError } from '../../oras/errors/oci-error.js'
import type { Annotations, Descriptor } from '../../oras/oci/descriptor.js'
import type { Manifest } from '../../oras/oci/manifest.js'
import { gunzipIfGzipped } from '../../oras/tar/gunzip.js'
import { type ArchiveFile, PATH_HINT, readEntries } from '../folder/read-archive.js'
import { parseFile } from '../metadata/parse-file.js'
import type { Names } from '../metadata/parse-metadata.js'
import type { ChartFile } from '../model/chart.js'
import { SPLIT_METADATA_MEDIA_TYPE } from '../model/chart-media-types.js'
import { checkPath, stripRoot } from '../model/check-path.js'
import type { ReadContext } from '../model/read-context.js'
import type { ChartParts } from './find-chart.js'

const TITLE = 'org.opencontainers.image.title'

/** The name that the ORAS Helm demo gave to the root folder, and to the chart in it. */
export const NO_NAME = '-'

/** What decides about the root folder in a content layer. */
export interface SplitLayout {
  /** Whether the layer is as this library writes it: without a root folder, whatever its folders are called. */
  readonly isRootless: boolean
  /** What the chart is called, which its root folder may be called, too. */
  readonly name: string | undefined
}

/** What the content layer says. Helm called its own trial of the layout by other keys. */
export function layerNames({ annotations = {} }: Descriptor): Names {
  const name = annotations['chart.name'] ?? annotations['sh.helm.chart.name']
  const version = annotations['chart.version'] ?? annotations['sh.helm.chart.version']
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) }
}

/** What the manifest says. */
export function manifestNames(annotations: Annotations): Names {
  return { name: annotations[TITLE], version: annotations['org.opencontainers.image.version'] }
}

/**
 * Describes the layout.
 *
 * @param json The metadata layer, if it was read.
 */
export async function describeLayout(
  manifest: Manifest,
  { content, metadata }: ChartParts,
  context: ReadContext,
  json?: Uint8Array,
): Promise<SplitLayout> {
  const [own, other] = [layerNames(content), manifestNames(manifest.annotations)]
  const isOurs =
    content.annotations?.[TITLE] === 'content.tar' &&
    metadata?.mediaType === SPLIT_METADATA_MEDIA_TYPE &&
    metadata.annotations?.[TITLE] === 'meta.json' &&
    own.name !== undefined &&
    own.name === other.name &&
    own.version === other.version
  return { isRootless: isOurs, name: own.name ?? (json && (await nameIn(json, context))) ?? other.name }
}

/** The name in the metadata, of which nothing else matters here. */
async function nameIn(json: Uint8Array, context: ReadContext): Promise<string | undefined> {
  return (await parseFile('metadata', { kind: 'name', bytes: json }, context)).name
}

/**
 * Reads all files of a content layer.
 *
 * @param layout What is known of the chart.
 * @throws as {@link readEntries} does.
 */
export async function readContentLayer(
  bytes: AsyncIterable<Uint8Array>,
  layout: SplitLayout,
  context: ReadContext,
): Promise<readonly ChartFile[]> {
  const files: ChartFile[] = []
  for await (const { path, read } of readContentEntries(bytes, context)) files.push({ path, bytes: await read() })
  const root = findRoot(
    files.map(({ path }) => path),
    layout,
  )
  const below: ChartFile[] = []
  for (const { path, bytes: file } of files) {
    below.push({ path: belowRoot(path, root, context), bytes: file })
    const turn = context.turns.take(1 + path.length / 50)
    if (turn) await turn
  }
  return below
}

/** Reads the files of a content layer as they come; their paths begin with the root folder, if there is one. */
export async function* readContentEntries(
  bytes: AsyncIterable<Uint8Array>,
  context: ReadContext,
): AsyncGenerator<ArchiveFile, void, undefined> {
  // With a root before it, a path is held to the rules for paths as it is.
  const toPath = (name: string): string => stripRoot(`${name.includes('\\') ? '-\\' : '-/'}${name}`)
  yield* readEntries(gunzipIfGzipped(bytes, context.turns), toPath, context)
}

/** Finds the root folder, with a slash behind it; empty if there is none. */
export function findRoot(paths: readonly string[], layout: SplitLayout): string {
  if (layout.isRootless) return ''
  const [name = ''] = paths[0]?.split('/') ?? []
  const root = `${name}/`
  if (!paths.every((path) => path.startsWith(root))) return ''
  return isRootName(name, layout) || paths.includes(`${root}Chart.yaml`) ? root : ''
}

/** Tells a folder that is the root if all files lie in it. */
export function isRootName(folder: string, layout: SplitLayout): boolean {
  return folder === NO_NAME || folder === layout.name
}

/** Takes the root folder off a path, and checks what is left. */
function belowRoot(path: string, root: string, context: ReadContext): string {
  const left = path.slice(root.length)
  try {
    checkPath(left)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidArchiveError(`${context.attempt}: ${cause.message}`, { cause, entry: path, hint: PATH_HINT })
  }
  return left
}
