/** Parses one file of a chart as a task that runs in this thread or in a worker. */
import { decodeUnicode } from '../model/byte-order-mark.js'
import { LOCK, METADATA } from '../model/chart-metadata.js'
import { parseYaml, type YamlBounds, type YamlValue } from '../yaml/yaml.js'
import { countTokens } from './count-tokens.js'
import { type PartialStruct, decodeStruct } from './decode-struct.js'
import { checkCount, FileLimitError } from './file-limit-error.js'

/** A file, and what it is parsed as. */
export type FileTask = { readonly bytes: Uint8Array } & (
  | {
      /** `metadata` is Chart.yaml or requirements.yaml; `json` is the same as JSON, from a registry. */
      readonly kind: 'metadata' | 'json'
      /** What other files said; it is not changed. */
      readonly partial: PartialStruct
    }
  | {
      /** `name` reads only the name of the chart; the other metadata may be invalid. */
      readonly kind: 'lock' | 'values' | 'schema' | 'name'
    }
)

/** The result of a task; it is small, however large the file is. */
export interface FileAnswer {
  /** The metadata, merged into what other files said. */
  readonly partial: PartialStruct
  /** The name, if the task asked for it and there is one. */
  readonly name: string | undefined
  /** Whether the document is empty, or null. */
  readonly isEmpty: boolean
  /** Whether more YAML documents follow. */
  readonly hasMore: boolean
  /** The first ten keys that one mapping has twice, cut to 200 characters. */
  readonly duplicateKeys: readonly string[]
  /** How many keys one mapping has twice. */
  readonly duplicates: number
  /** What parsing cost, in steps of about a microsecond. */
  readonly cost: number
}

/** How many tokens a file may have: each takes memory. */
const MAX_TOKENS = 400_000
/** How many characters all texts of metadata may have. A pull can read what was pushed: in JSON, one takes at most 6 bytes. */
const MAX_CHARACTERS = 512 * 1024

const MAX_JSON_DEPTH = 100
/** How deep the brackets of a schema may nest, as in Go. */
const MAX_SCHEMA_DEPTH = 10_000
const MAX_KEYS = 10
const MAX_KEY_LENGTH = 200

/**
 * Estimates what it costs to parse a file, in steps of about a microsecond, as measured in a new process.
 *
 * @param tokens As {@link countTokens} counts them.
 */
export function estimateCost({ kind, bytes }: FileTask, tokens: number): number {
  const cost = tokens + bytes.length / 32
  if (kind === 'json') return cost / 2
  return kind === 'schema' || kind === 'name' ? cost / 4 : cost
}

/**
 * Parses a file.
 *
 * @param tokens As {@link countTokens} counts them.
 * @param bounds The bounds of {@link parseYaml}.
 * @throws {SyntaxError | TypeError} if the file is invalid.
 * @throws {FileLimitError} if the file exceeds a limit.
 * @throws {BoundsExceededError} beyond the bounds.
 */
export function runFileTask(task: FileTask, tokens: number = countTokens(task.bytes), bounds?: YamlBounds): FileAnswer {
  if (tokens > MAX_TOKENS) {
    throw new FileLimitError(`it has more than ${MAX_TOKENS} lines, keys and values`, MAX_TOKENS)
  }
  const cost = estimateCost(task, tokens)
  const nothing = {
    partial: {},
    name: undefined,
    isEmpty: false,
    hasMore: false,
    duplicateKeys: [],
    duplicates: 0,
    cost,
  }
  switch (task.kind) {
    case 'schema':
      checkSchema(task.bytes, tokens)
      return nothing
    case 'name':
      return { ...nothing, name: readName(task.bytes) }
    case 'json':
      return { ...nothing, partial: readMetadata(parseJson(task.bytes), task.partial) }
    case 'metadata':
    case 'lock':
    case 'values': {
      const { value, hasMore, duplicateKeys, size } = parseYaml(decodeUnicode(task.bytes), bounds)
      let partial: PartialStruct = {}
      if (task.kind === 'metadata') partial = readMetadata(value, task.partial)
      else decodeStruct(task.kind === 'lock' ? LOCK : VALUES, value, {})
      const keys = [...new Set(duplicateKeys)]
      return {
        ...nothing,
        partial,
        isEmpty: value === null,
        hasMore,
        duplicateKeys: keys.slice(0, MAX_KEYS).map((key) => key.slice(0, MAX_KEY_LENGTH)),
        duplicates: keys.length,
        cost: cost + size,
      }
    }
  }
}

const VALUES = { goName: 'Values', fields: {} } as const

function readMetadata(value: YamlValue, known: PartialStruct): PartialStruct {
  const partial = { ...known }
  decodeStruct(METADATA, value, partial)
  checkAmount(partial)
  return partial
}

/** Refuses metadata with so many values or characters that checking and writing them would block the event loop. */
function checkAmount(metadata: PartialStruct): void {
  let values = 0
  let characters = 0
  const count = (value: unknown): void => {
    values += 1
    if (typeof value === 'string') characters += value.length
    checkCount(values)
    if (characters > MAX_CHARACTERS) {
      throw new FileLimitError(`its values have more than ${MAX_CHARACTERS} characters`, MAX_CHARACTERS)
    }
    if (typeof value !== 'object' || value === null) return
    for (const [key, item] of Object.entries(value)) {
      if (!Array.isArray(value)) characters += key.length
      count(item)
    }
  }
  count(metadata)
}

function parseJson(bytes: Uint8Array): YamlValue {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  return toValue(JSON.parse(text), MAX_JSON_DEPTH)
}

function toValue(json: unknown, depth: number): YamlValue {
  if (typeof json !== 'object' || json === null) return json as YamlValue
  if (depth === 0) throw new SyntaxError(`nesting exceeded ${MAX_JSON_DEPTH} levels`)
  if (Array.isArray(json)) return json.map((item) => toValue(item, depth - 1))
  return new Map(Object.entries(json).map(([key, item]) => [key, toValue(item, depth - 1)]))
}

function readName(bytes: Uint8Array): string | undefined {
  try {
    const { name } = JSON.parse(Buffer.from(bytes).toString()) as { readonly name?: unknown }
    return typeof name === 'string' && name !== '' && name.length <= MAX_CHARACTERS ? name : undefined
  } catch {
    return undefined
  }
}

/** Checks that a schema is JSON. Like Go, it accepts bytes that are not UTF-8. */
function checkSchema(bytes: Uint8Array, tokens: number): void {
  JSON.parse(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
  // Each bracket is a token.
  if (tokens > MAX_SCHEMA_DEPTH && isTooDeep(bytes)) throw new SyntaxError('exceeded max depth')
}

const [BACKSLASH, QUOTE] = [0x5c, 0x22]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Tells whether the brackets of a JSON text nest deeper than Go allows. */
function isTooDeep(json: Uint8Array): boolean {
  let depth = 0
  let isText = false
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === QUOTE) isText = !isText
    else if (isText) at += byte === BACKSLASH ? 1 : 0
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1
    if (depth > MAX_SCHEMA_DEPTH) return true
  }
  return false
}
