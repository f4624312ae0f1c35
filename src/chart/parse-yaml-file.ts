/** A YAML file of a chart: bytes in, a value or a struct out, and every complaint as an error of the chart. */
import { type Draft, decodeStruct } from './decode-struct.js'
import type { StructType } from './metadata.js'
import { quote } from './quote.js'
import { type Reading, refuseChart } from './reading.js'
import { parseYaml, type YamlDocument } from './yaml.js'

/**
 * Parses a YAML file of a chart.
 *
 * @throws {InvalidChartError} if it is not YAML in UTF-8.
 */
export function parseYamlFile(path: string, bytes: Uint8Array, reading: Reading): YamlDocument {
  return explain(path, reading, () => parseYaml(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
}

/**
 * Writes a document into the draft of a struct.
 *
 * @throws {InvalidChartError} with Go's message if a value does not fit its field.
 */
export function decodeYamlFile(
  path: string,
  document: YamlDocument,
  target: { readonly type: StructType; readonly draft: Draft },
  reading: Reading,
): void {
  explain(path, reading, () => decodeStruct(target.type, document.value, target.draft))
}

/** Says which keys a file holds twice. */
export function warnOfDuplicates(path: string, document: YamlDocument): readonly string[] {
  const keys = [...new Set(document.duplicateKeys)]
  return keys.map((key) => `${path} has the key ${quote(key)} twice in one place; the last one counts`)
}

function explain<T>(path: string, reading: Reading, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    // TextDecoder throws a TypeError for bytes that are not UTF-8, our parser and Go's rules a SyntaxError.
    if (!(cause instanceof SyntaxError) && !(cause instanceof TypeError)) throw cause
    const reason = cause instanceof SyntaxError ? cause.message : 'it is not UTF-8'
    throw refuseChart(reading, `cannot load ${path}: ${reason}`, {
      cause,
      file: path,
      hint: `Correct ${path}; "helm lint" checks a chart before it is pushed.`,
    })
  }
}
