/** Reads the content layer of a split chart: gzipped or not, with a root folder or without. */
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

/** The placeholder that the ORAS Helm demo wrote as the name of the root folder and of the chart in it. */
export const NO_NAME = '-'

/** What decides whether a content layer has a root folder. */
export interface SplitLayout {
  /** Whether this library wrote the layer, which means that there is no root folder. */
  readonly isRootless: boolean
  /** The name of the chart, which may be the name of the root folder. */
  readonly name: string | undefined
}

/** Reads name and version from the annotations of the content layer; Helm's experiment with the layout had other keys. */
export function layerNames({ annotations = {} }: Descriptor): Names {
  const name = annotations['chart.name'] ?? annotations['sh.helm.chart.name']
  const version = annotations['chart.version'] ?? annotations['sh.helm.chart.version']
  return { ...(name !== undefined && { name }), ...(version !== undefined && { version }) }
}

/** Reads name and version from the annotations of the manifest. */
export function manifestNames(annotations: Annotations): Names {
  return { name: annotations[TITLE], version: annotations['org.opencontainers.image.version'] }
}

/**
 * Finds out what is known about the layout before the content layer is read.
 *
 * @param json The bytes of the metadata layer, if they were read.
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

/** Reads the name in the metadata, which may be invalid otherwise. */
async function nameIn(json: Uint8Array, context: ReadContext): Promise<string | undefined> {
  return (await parseFile('metadata', { kind: 'name', bytes: json }, context)).name
}

/**
 * Reads all files of a content layer, with paths relative to the root folder.
 *
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

/** Reads the files of a content layer one by one; their paths begin with the root folder, if there is one. */
export async function* readContentEntries(
  bytes: AsyncIterable<Uint8Array>,
  context: ReadContext,
): AsyncGenerator<ArchiveFile, void, undefined> {
  // With a root folder added, because stripRoot() removes one; so the whole name is checked.
  const toPath = (name: string): string => stripRoot(`${name.includes('\\') ? '-\\' : '-/'}${name}`)
  yield* readEntries(gunzipIfGzipped(bytes, context.turns), toPath, context)
}

/** Finds the root folder, with a slash at its end; gives `''` if there is no root folder. */
export function findRoot(paths: readonly string[], layout: SplitLayout): string {
  if (layout.isRootless) return ''
  const [name = ''] = paths[0]?.split('/') ?? []
  const root = `${name}/`
  if (!paths.every((path) => path.startsWith(root))) return ''
  return isRootName(name, layout) || paths.includes(`${root}Chart.yaml`) ? root : ''
}

/** Tells whether a folder that holds all files is the root folder by its name. */
export function isRootName(folder: string, layout: SplitLayout): boolean {
  return folder === NO_NAME || folder === layout.name
}

/** Removes the root folder from a path, and checks the rest. */
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
