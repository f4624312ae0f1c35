/** The files of a chart by their paths, each once, as they would lie in a folder. */
import type { ChartFile } from '../model/chart.js'
import { quote } from '../../oras/errors/escape-message.js'
import { type Reading, refuseChart } from '../model/reading.js'
import { compareWalkOrder } from '../model/walk-order.js'

/**
 * Indexes files by their paths.
 *
 * @throws {InvalidChartError} if a path is there twice, or is that of a file and of a folder.
 */
export function indexFiles(given: readonly ChartFile[], reading: Reading): ReadonlyMap<string, ChartFile> {
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

/** Takes the byte order mark away, as Helm does from every file that it reads from a folder or an archive. */
export function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}
