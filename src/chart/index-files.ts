/** The files of a chart by their paths, each once, as they would lie in a folder. */
import type { ChartFile } from './chart.js'
import { quote } from './quote.js'
import { type Reading, refuseChart } from './reading.js'

/**
 * Indexes files by their paths, and takes the byte order marks away, as Helm does.
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
