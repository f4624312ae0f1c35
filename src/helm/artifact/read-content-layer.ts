/** The files of a split chart's content layer, by whoever it was packed: gzipped or not, with a root folder or without. */
import { InvalidArchiveError } from '../../oras/errors/oci-error.js'
import type { ChartFile } from '../model/chart.js'
import { checkPath, stripRoot } from '../model/check-path.js'
import { gunzipIfGzipped } from '../../oras/tar/gunzip.js'
import { type ArchiveFile, PATH_HINT, readEntries } from '../folder/read-archive.js'
import type { Reading } from '../model/reading.js'
import type { SplitLayout } from './split-layout.js'

/** The name that the ORAS Helm demo gave to the root folder, and to the chart in it. */
export const NO_NAME = '-'

/**
 * Reads all files of a content layer.
 *
 * @param layout What is known of the chart.
 * @throws as {@link readEntries} does.
 */
export async function readContentLayer(
  bytes: AsyncIterable<Uint8Array>,
  layout: SplitLayout,
  reading: Reading,
): Promise<readonly ChartFile[]> {
  const files: ChartFile[] = []
  for await (const { path, read } of readContentEntries(bytes, reading)) files.push({ path, bytes: await read() })
  const root = findRoot(
    files.map(({ path }) => path),
    layout,
  )
  return files.map((file) => ({ path: belowRoot(file.path, root, reading), bytes: file.bytes }))
}

/** Reads the files of a content layer as they come; their paths begin with the root folder, if there is one. */
export async function* readContentEntries(
  bytes: AsyncIterable<Uint8Array>,
  reading: Reading,
): AsyncGenerator<ArchiveFile, void, undefined> {
  // With a root before it, a path is held to the rules for paths as it is.
  const toPath = (name: string): string => stripRoot(`${name.includes('\\') ? '-\\' : '-/'}${name}`)
  yield* readEntries(gunzipIfGzipped(bytes), toPath, reading)
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
function belowRoot(path: string, root: string, reading: Reading): string {
  const left = path.slice(root.length)
  try {
    checkPath(left)
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    throw new InvalidArchiveError(`${reading.where}: ${cause.message}`, { cause, entry: path, hint: PATH_HINT })
  }
  return left
}
