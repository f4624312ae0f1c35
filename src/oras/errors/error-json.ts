/** An error as a value that `JSON.stringify` shows whole: with its message and what caused it, without stacks. */

/** What `JSON.stringify` writes of an error of the library; the other public fields of its class are there too. */
export interface OciErrorJson {
  /** The name of the class: `NotFoundError`. */
  readonly name: string
  /** Which kind of failure it is, as in docs/errors.md. */
  readonly code: string
  /** What was attempted, on what, and what the other side said. */
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** The error underneath, in the same form; for errors of others: `name`, `message`, `code`, `cause` and `errors`. */
  readonly cause?: unknown
  /** The other public fields: `answer`, `part`, `expected`, … */
  readonly [field: string]: unknown
}

const MAX_DEPTH = 10
/** Of a list: a connection that fails has one error for each address. */
const MAX_ITEMS = 100

/** The class of the library's errors: handed over, because it uses this file. */
type BaseClass = abstract new (...args: never) => Error

/** Tells all public fields of an error of the library. Causes that go round in a circle end where they meet. */
export function errorJson(error: Error, base: BaseClass): OciErrorJson {
  return plain(error, base, []) as OciErrorJson
}

/** A value that JSON can hold; `undefined` for everything else: a socket, a function, what lies too deep. */
function plain(value: unknown, base: BaseClass, above: readonly object[]): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (typeof value !== 'object' || value === null || above.includes(value) || above.length > MAX_DEPTH) return undefined
  const inner = (member: unknown): unknown => plain(member, base, [...above, value])
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(inner)
  if (value instanceof Error) {
    const members = value as Error & Readonly<Record<string, unknown>>
    // Of other errors no more: even their own `toJSON` may tell what is not fit for a log, the headers of a request.
    const fields = value instanceof base ? Object.keys(value) : []
    const shown = new Set(['name', 'code', 'message', ...fields, 'errors', 'cause'])
    shown.delete('stack')
    return withoutGaps([...shown].map((field) => [field, inner(members[field])]))
  }
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)) return undefined
  return withoutGaps(Object.entries(value).map(([name, member]) => [name, inner(member)]))
}

function withoutGaps(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
