/** Parses and decodes a YAML file of a chart, and turns what is wrong with it into an error that names the file. */
import { type Draft, decodeStruct } from './decode-struct.js'
import { decodeMarkedText } from '../model/byte-order-mark.js'
import type { StructType } from '../model/chart-metadata.js'
import { quote } from '../../oras/errors/escape-message.js'
import { type Reading, refuseChart } from '../model/reading.js'
import { parseYaml, type YamlDocument } from '../yaml/yaml.js'

/**
 * Parses a YAML file of a chart.
 *
 * @throws {InvalidChartError} if it is not YAML, in UTF-8 or, with a byte order mark, in UTF-16.
 */
export function parseYamlFile(path: string, bytes: Uint8Array, reading: Reading): YamlDocument {
  return explain(path, reading, () => parseYaml(decodeMarkedText(bytes)))
}

/**
 * Writes a document into the draft of a struct.
 *
 * @throws {InvalidChartError} with Go's message if a value does not fit its field.
 */
export function decodeYamlFile<Type extends StructType>(
  path: string,
  document: Pick<YamlDocument, 'value'>,
  target: { readonly type: Type; readonly draft: Draft<Type> },
  reading: Reading,
): void {
  explain(path, reading, () => decodeStruct(target.type, document.value, target.draft))
}

/** How many keys are named. */
const MAX_NAMED = 10

/** Says which keys a file holds twice. */
export function warnOfDuplicates(path: string, document: YamlDocument): readonly string[] {
  const keys = [...new Set(document.duplicateKeys)]
  const named = keys.slice(0, MAX_NAMED).map((key) => `${path} has the key ${quote(key)} twice in one place`)
  if (keys.length > MAX_NAMED) named.push(`${path} has ${keys.length - MAX_NAMED} more keys twice in one place`)
  return named.map((warning) => `${warning}; the last one counts`)
}

/** Runs an action on a file, and turns what it throws about the file into an error of the chart. */
export function explain<T>(path: string, reading: Reading, action: () => T): T {
  try {
    return action()
  } catch (cause) {
    // TextDecoder throws a TypeError for bytes that are not text; the parser and the decoder throw a SyntaxError.
    if (!(cause instanceof SyntaxError) && !(cause instanceof TypeError)) throw cause
    const reason = cause instanceof SyntaxError ? cause.message : 'it is neither UTF-8 nor UTF-16'
    throw refuseChart(reading, `cannot load ${path}: ${reason}`, {
      cause,
      file: path,
      hint: `Correct ${path}; "helm lint" checks a chart before it is pushed.`,
    })
  }
}
