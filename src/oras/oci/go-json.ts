/** Writes JSON as Go's encoding/json does, so that manifests and configs have the same bytes as those of Go programs. */

/** A value to write: objects keep the order of their members (Go structs), Maps are sorted by key (Go maps). */
export type GoJsonValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly GoJsonValue[]
  | ReadonlyMap<string, GoJsonValue>
  | { readonly [member: string]: GoJsonValue }

// Go escapes these characters, although JSON does not require it. One replacement for each character is ten times faster
// than one for a class of characters, and untrusted texts may be long.
const ESCAPES = [
  [/</g, '\\u003c'],
  [/>/g, '\\u003e'],
  [/&/g, '\\u0026'],
  [/\u2028/g, '\\u2028'],
  [/\u2029/g, '\\u2029'],
] as const

/** Writes a value on one line, without spaces; members that are `undefined` are left out. */
export function formatGoJson(value: GoJsonValue): string {
  if (typeof value === 'string') return formatString(value)
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : JSON.stringify(value)
  if (value === null || value === undefined || typeof value === 'boolean') return String(value ?? null)
  if (isArray(value)) return `[${value.map(formatGoJson).join(',')}]`
  const entries = isMap(value) ? sortByKeyBytes([...value]) : Object.entries(value)
  const members = entries.filter(([, member]) => member !== undefined)
  return `{${members.map(([key, member]) => `${formatString(key)}:${formatGoJson(member)}`).join(',')}}`
}

/** Converts a record to a Map; an empty one becomes `undefined`, as with Go's `omitempty`. */
export function goMap<T extends GoJsonValue>(
  record: Readonly<Record<string, T>> | undefined,
): ReadonlyMap<string, T> | undefined {
  const entries = Object.entries(record ?? {})
  return entries.length > 0 ? new Map(entries) : undefined
}

function formatString(text: string): string {
  const json = ESCAPES.reduce(
    (escaped, [character, escape]) => escaped.replace(character, escape),
    JSON.stringify(text),
  )
  // Go replaces bytes that are not UTF-8 by U+FFFD; in JavaScript, these are lone surrogates.
  return /[\ud800-\udfff]/u.test(text) ? json.replace(/\\(?:ud[89a-f][\da-f]{2}|[^])/g, fixSurrogate) : json
}

function fixSurrogate(escape: string): string {
  return escape.length > 2 ? '\\ufffd' : escape
}

// JavaScript sorts by UTF-16 code units, which differs from the order of UTF-8 bytes for some characters.
function sortByKeyBytes<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return entries
    .map((entry) => ({ entry, bytes: Buffer.from(entry[0]) }))
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ entry }) => entry)
}

function isArray(value: GoJsonValue): value is readonly GoJsonValue[] {
  return Array.isArray(value)
}

function isMap(value: GoJsonValue): value is ReadonlyMap<string, GoJsonValue> {
  return value instanceof Map
}
