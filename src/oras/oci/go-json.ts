/** JSON as Go's encoding/json writes it, so that manifests and configs have the same bytes as those of programs in Go. */

/** What can be written: objects keep the order of their members (Go structs), Maps are sorted by key (Go maps). */
export type GoJsonValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly GoJsonValue[]
  | ReadonlyMap<string, GoJsonValue>
  | { readonly [member: string]: GoJsonValue }

// Go escapes these beyond what JSON demands; a lone surrogate stands for bytes that are no UTF-8.
const SPECIAL = /["\\\u0000-\u001f<>&\u2028\u2029\ud800-\udfff]/gu
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

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

/** Makes the map of a record, or `undefined` of an empty one, as Go's `omitempty` does. */
export function goMap<T extends GoJsonValue>(
  record: Readonly<Record<string, T>> | undefined,
): ReadonlyMap<string, T> | undefined {
  const entries = Object.entries(record ?? {})
  return entries.length > 0 ? new Map(entries) : undefined
}

function formatString(text: string): string {
  return `"${text.replace(SPECIAL, escapeCharacter)}"`
}

/** Those that have been met: a long text may be full of one. There are no more than a few thousand. */
const escapes = new Map(Object.entries(SHORT))

function escapeCharacter(character: string): string {
  const known = escapes.get(character)
  if (known !== undefined) return known
  const code = character.charCodeAt(0)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  const escaped = isSurrogate ? '\\ufffd' : `\\u${code.toString(16).padStart(4, '0')}`
  escapes.set(character, escaped)
  return escaped
}

// UTF-16 order, which JavaScript sorts by, differs from the order of UTF-8 bytes outside the basic plane.
function sortByKeyBytes<T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  const keyed = entries.map((entry) => ({ entry, key: Buffer.from(entry[0]) }))
  return keyed.toSorted((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => entry)
}

function isArray(value: GoJsonValue): value is readonly GoJsonValue[] {
  return Array.isArray(value)
}

function isMap(value: GoJsonValue): value is ReadonlyMap<string, GoJsonValue> {
  return value instanceof Map
}
