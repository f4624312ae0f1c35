/** The files of a chart from a .tgz: unpacked in memory. */
import { InvalidArchiveError } from '../../oras/errors/oci-error.js'
import type { ChartFile } from '../model/chart.js'
import { stripRoot } from '../model/check-path.js'
import { gunzipBytes, isGzip } from '../../oras/tar/gunzip.js'
import type { Reading } from '../model/reading.js'
import { readEntries } from './read-entries.js'

/**
 * Reads the files of a packed chart, without the root folder, in the order of the archive.
 *
 * @throws {InvalidArchiveError} if the bytes are damaged, are no archive, or hold a link, a device or a hostile name.
 * @throws {LimitExceededError} as soon as there is more than the budget of the reading allows.
 */
export async function readArchive(archive: Uint8Array, reading: Reading): Promise<readonly ChartFile[]> {
  if (!isGzip(archive)) throw noGzip(reading)
  const files: ChartFile[] = []
  for await (const { path, read } of readEntries(gunzipBytes(archive), stripRoot, reading)) {
    files.push({ path, bytes: await read() })
  }
  if (files.length > 0) return files
  throw new InvalidArchiveError(`${reading.where}: no files in chart archive`, {
    hint: 'Pack the chart folder itself: the archive holds <name>/Chart.yaml and the other files below <name>/.',
  })
}

/** Makes the error for what should be a `.tgz`, but is not gzipped. */
export function noGzip(reading: Reading): InvalidArchiveError {
  return new InvalidArchiveError(`${reading.where}: it is not a gzipped archive`, {
    hint: 'Give the folder of a chart, or the .tgz that "helm package" makes of it.',
  })
}
