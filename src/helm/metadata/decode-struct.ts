/** Decodes YAML values into a Go struct with the rules and messages of sigs.k8s.io/yaml and encoding/json. */
import type { FieldType, FieldValue, METADATA, Struct, StructType } from '../model/chart-metadata.js'
import { quote } from '../../oras/errors/escape-message.js'
import { checkCount } from './file-limit-error.js'
import { compareWalkOrder } from '../model/walk-order.js'
import { scalarToText } from '../yaml/scalar.js'
import type { YamlMap, YamlValue } from '../yaml/yaml.js'

/**
 * A struct that is being decoded, from one file or several. Any field may be missing, and a list may hold null in place
 * of a struct.
 */
export type PartialStruct<Type extends StructType = typeof METADATA> = {
  -readonly [Field in keyof Type['fields']]?: PartialValue<Type['fields'][Field]> | undefined
}

type PartialValue<Type> = Type extends StructType ? readonly (PartialStruct<Type> | null)[] : FieldValue<Type>

/** A partial struct of any type. */
type Fields = Record<string, unknown>

/**
 * Decodes a document into a struct, like Go's json.Unmarshal: keys match without regard to case, unknown keys are
 * dropped, and fields that the document does not name keep their values.
 *
 * @throws {SyntaxError} with the message of Go if a value does not fit its field.
 * @throws {FileLimitError} if a list or a map has too many values.
 */
export function decodeStruct<Type extends StructType>(
  type: Type,
  value: YamlValue,
  partial: PartialStruct<Type>,
): void {
  decodeFields(type, value, partial)
}

function decodeFields(type: StructType, value: YamlValue, partial: Fields, field?: Field): void {
  if (value === null) return
  if (!isMap(value)) throw mismatch(value, `${field?.goPath ?? 'Go value'} of type chart.${type.goName}`)
  const known: { key: string; name: string; item: YamlValue }[] = []
  for (const [key, item] of value) {
    const name = findField(type, key)
    if (name === undefined) checkFinite(item)
    else known.push({ key, name, item })
  }
  // sigs.k8s.io/yaml sorts the keys by their bytes; if two match one field, the last one counts.
  for (const { name, item } of known.toSorted((a, b) => compareWalkOrder(a.key, b.key))) {
    const fieldType = type.fields[name] as FieldType
    if (item === null) {
      // In encoding/json, null empties a list or a map, and leaves a string or a bool as it is.
      if (fieldType !== 'text' && fieldType !== 'flag') delete partial[name]
      continue
    }
    const path = [...(field?.path ?? []), name]
    partial[name] = decodeField(fieldType, item, partial[name], {
      path,
      goPath: `Go struct field ${type.goName}.${path.join('.')}`,
    })
  }
}

/** The names of fields in lower case, by type: kept, because a file may have very many keys or structs. */
const folded = new WeakMap<StructType, ReadonlyMap<string, string>>()

function findField(type: StructType, key: string): string | undefined {
  if (Object.hasOwn(type.fields, key)) return key
  let names = folded.get(type)
  if (!names) {
    names = new Map(Object.keys(type.fields).map((name) => [name.toLowerCase(), name]))
    folded.set(type, names)
  }
  // Go also takes U+017F (long s) for an "s"; U+212A (Kelvin) becomes "k" in both languages.
  return key.length > MAX_NAME ? undefined : names.get(key.replaceAll('\u017F', 's').toLowerCase())
}

/** At least as long as the longest name of a field. */
const MAX_NAME = 20

interface Field {
  readonly path: readonly string[]
  readonly goPath: string
}

function decodeField(type: FieldType, value: YamlValue, before: unknown, field: Field): unknown {
  if (type === 'text') return decodeText(value, field)
  if (type === 'time') return decodeTime(value)
  if (type === 'flag') {
    if (typeof value !== 'boolean') throw mismatch(value, `${field.goPath} of type bool`)
    return value
  }
  if (type === 'textMap') {
    if (!isMap(value)) throw mismatch(value, `${field.goPath} of type map[string]string`)
    checkCount(value.size)
    const texts = [...value].map(([key, text]) => [key, decodeText(text, field)] as const)
    return Object.fromEntries([...Object.entries((before ?? {}) as object), ...texts])
  }
  const items = decodeItems(value, goListType(type), field)
  if (type === 'texts') {
    // Null keeps the text that was decoded before.
    return items.map(
      (item, index) => (item === null ? ((before ?? []) as string[])[index] : decodeText(item, field)) ?? '',
    )
  }
  if (type === 'values') return items.map(plainValue)
  const partials = (before ?? []) as readonly (Fields | null)[]
  return items.map((item, index) => {
    if (item === null) return null
    // Go decodes into the existing element; so requirements.yaml completes Chart.yaml.
    const partial: Fields = { ...partials[index] }
    decodeFields(type, item, partial, field)
    return partial
  })
}

function decodeText(value: YamlValue, field: Field): string {
  if (typeof value === 'object' && value !== null) throw mismatch(value, `${field.goPath} of type string`)
  return scalarToText(value)
}

/** Checks a time as Go's time.Time does: RFC 3339, but also an hour of one digit and a comma before the fraction. */
function decodeTime(value: YamlValue): string {
  if (typeof value !== 'string') throw new SyntaxError('Time.UnmarshalJSON: input is not a JSON string')
  const [, date = '', hour, minute, second, offsetHour = '0', offsetMinute = '0'] =
    /^(\d{4}-\d\d-\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,]\d+)?(?:Z|[-+](\d\d):(\d\d))$/.exec(value) ?? []
  const isClock = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  const isOffset = Number(offsetHour) <= 24 && Number(offsetMinute) <= 60
  // JavaScript's Date takes the 30th of February for a day in March.
  const day = new Date(`${date}T00:00:00Z`)
  if (!isClock || !isOffset || Number.isNaN(day.valueOf()) || day.toISOString().slice(0, 10) !== date) {
    throw new SyntaxError(`parsing time ${quote(value)} as "2006-01-02T15:04:05Z07:00"`)
  }
  return value
}

function decodeItems(value: YamlValue, goType: string, field: Field): readonly YamlValue[] {
  if (!Array.isArray(value)) throw mismatch(value, `${field.goPath} of type ${goType}`)
  checkCount(value.length)
  return value as readonly YamlValue[]
}

function goListType(type: 'texts' | 'values' | StructType): string {
  if (type === 'texts') return '[]string'
  return type === 'values' ? '[]interface {}' : `[]*chart.${type.goName}`
}

function mismatch(value: YamlValue, target: string): SyntaxError {
  const kind = Array.isArray(value)
    ? 'array'
    : isMap(value)
      ? 'object'
      : typeof value === 'boolean'
        ? 'bool'
        : undefined
  const name = kind ?? (typeof value === 'string' ? 'string' : 'number')
  return new SyntaxError(`cannot unmarshal ${name} into ${target}`)
}

/** Refuses infinity and NaN, also in unknown fields: Helm converts YAML to JSON, which has neither. */
function checkFinite(value: YamlValue): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new SyntaxError(`json: unsupported value: ${scalarToText(value)}`)
  }
  if (typeof value !== 'object' || value === null) return
  for (const item of value.values()) checkFinite(item)
}

/** Converts a value as the conversion to JSON does. */
function plainValue(value: YamlValue): unknown {
  if (typeof value === 'number') checkFinite(value)
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return (value as readonly YamlValue[]).map(plainValue)
  if (!isMap(value)) return value
  return Object.fromEntries([...value].map(([key, item]) => [key, plainValue(item)]))
}

function isMap(value: YamlValue): value is YamlMap {
  return value instanceof Map
}

/**
 * Makes a struct of a partial one that has been checked: in the order of the table, without the fields that Go omits
 * because they are empty.
 */
export function pruneStruct<Type extends StructType>(type: Type, partial: PartialStruct<Type>): Struct<Type> {
  const given: Readonly<Record<string, unknown>> = partial
  const kept: Record<string, unknown> = {}
  for (const [field, fieldType] of Object.entries(type.fields)) {
    const value = given[field]
    if (typeof fieldType === 'object' && Array.isArray(value) && value.length > 0) {
      kept[field] = value.map((item: object) => pruneStruct(fieldType, item))
    } else if (type.always?.includes(field)) {
      kept[field] = value ?? ''
    } else if (!isEmpty(value)) {
      kept[field] = value
    }
  }
  return kept as Struct<Type>
}

/** Tells whether Go's `omitempty` omits a value. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === '' || value === false
}
