/** Parses YAML as Helm does, and writes YAML that Helm reads back unchanged; the only file that imports js-yaml. */
import {
  COLLECTION_STYLE,
  defineScalarTag,
  dump,
  DUMP_SCHEMA,
  EVENT_ID,
  type Event,
  getScalarValue,
  NOT_RESOLVED,
  parseEvents,
  type Schema,
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml'
import { firstDocument } from './first-document.js'
import {
  checkAnchor,
  checkBlockScalar,
  checkEscapes,
  checkFlowWord,
  checkNested,
  checkOutsideQuotes,
  checkTag,
  type TextRange,
} from './go-yaml-checks.js'
import { indentFlow } from './indent-flow.js'
import { resolveScalar, scalarToKey, tagName, type YamlScalar } from './scalar.js'

/** A value in a document. A mapping is a Map, so that a key such as `__proto__` does no harm. */
export type YamlValue = YamlScalar | readonly YamlValue[] | YamlMap

/** A mapping, in the order of its keys. */
export type YamlMap = ReadonlyMap<string, YamlValue>

/** The result of {@link parseYaml}. */
export interface YamlDocument {
  /** The value of the document; `null` if it is empty. */
  readonly value: YamlValue
  /** The keys that one mapping has twice; the last value counts, as in Helm. */
  readonly duplicateKeys: readonly string[]
  /** Whether more than blanks and comments follows the document; it is not read. */
  readonly hasMore: boolean
  /** How many values the document has, with every alias replaced by its value. */
  readonly size: number
}

/** Bounds on the cost of parsing; beyond them, {@link parseYaml} throws a {@link BoundsExceededError}. */
export interface YamlBounds {
  /** How many values all aliases together may stand for. */
  readonly aliased: number
  /** Whether a text that js-yaml refuses may be parsed again, with its lines indented. */
  readonly again: boolean
}

/** Parsing would exceed the bounds; the text may be valid. */
export class BoundsExceededError extends Error {
  override readonly name = 'BoundsExceededError'
}

/** A value, with its size and depth when every alias is replaced by its value. */
interface Node {
  value: YamlValue
  /** The number of values in it, itself included. */
  size: number
  depth: number
  /** Whether its end has not been read yet. */
  isOpen: boolean
}

const MAX_DEPTH = 100
// Aliases can nest values deeper than the text does, and recursive code has a limited stack.
const MAX_ALIAS_DEPTH = 1000

/** How many blanks may be added to a text if there are bounds. */
const MAX_INDENTATION = 256 * 1024

/**
 * Parses the first document of a YAML text.
 *
 * @param bounds Without bounds, the length of the text and go-yaml's limit of aliases bound the cost.
 * @throws {SyntaxError} if the text is not YAML, nests deeper than 100 levels, or has too many aliases.
 * @throws {BoundsExceededError} if parsing exceeds the bounds.
 */
export function parseYaml(text: string, bounds?: YamlBounds): YamlDocument {
  const { source, hasMore } = firstDocument(text)
  try {
    return { ...readDocument(source, bounds), hasMore }
  } catch (cause) {
    if (cause instanceof BoundsExceededError || bounds?.again === false) throw new BoundsExceededError('', { cause })
    const indented = indentFlow(source)
    if (indented === source) throw cause
    if (bounds && indented.length - source.length > MAX_INDENTATION) throw new BoundsExceededError('', { cause })
    return { ...readDocument(indented, bounds), hasMore }
  }
}

function readDocument(source: string, bounds?: YamlBounds): Omit<YamlDocument, 'hasMore'> {
  try {
    return compose(source, parseEvents(source, { maxDepth: MAX_DEPTH }), bounds?.aliased)
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause
    const line = cause.mark ? `line ${cause.mark.line + 1}: ` : ''
    throw new SyntaxError(`${line}${cause.reason}`, { cause })
  }
}

function compose(source: string, events: readonly Event[], maxAliased = Infinity): Omit<YamlDocument, 'hasMore'> {
  const anchors = new Map<string, Node>()
  const duplicateKeys: string[] = []
  const quotes: TextRange[] = []
  let next = 0
  // Counted as go-yaml does, while values are made, so that a hostile text is refused before it takes much memory.
  let decoded = 0
  let aliased = 0

  const keep = (
    event: { [Place in 'anchorStart' | 'anchorEnd' | 'tagStart' | 'tagEnd']: number },
    node: Node,
  ): Node => {
    checkTag(source, { start: event.tagStart, end: event.tagEnd })
    if (event.anchorStart < 0) return node
    const name = source.slice(event.anchorStart, event.anchorEnd)
    checkAnchor(name)
    anchors.set(name, node)
    return node
  }

  const readNode = (isInFlow = false): Node => {
    const event = events[next++] as Event
    decoded++
    switch (event.type) {
      case EVENT_ID.ALIAS: {
        const name = source.slice(event.anchorStart, event.anchorEnd)
        const node = anchors.get(name)
        if (!node) throw new SyntaxError(`unknown anchor '${name}' referenced`)
        if (node.isOpen) throw new SyntaxError(`anchor '${name}' value contains itself`)
        aliased += node.size
        decoded += node.size
        checkAliases(aliased, decoded)
        if (aliased > maxAliased) throw new BoundsExceededError()
        return { ...node, size: node.size + 1 }
      }
      case EVENT_ID.SCALAR: {
        const tag = tagName(source.slice(event.tagStart, event.tagEnd))
        const range = { start: event.valueStart, end: event.valueEnd }
        if (isQuoted(event)) quotes.push(range)
        if (isInFlow && event.style === SCALAR_STYLE.PLAIN) checkFlowWord(source, range)
        const value = resolveScalar(
          readText(source, event),
          tag === '' && event.style !== SCALAR_STYLE.PLAIN ? 'str' : tag,
        )
        return keep(event, { value, size: 1, depth: 1, isOpen: false })
      }
      case EVENT_ID.SEQUENCE: {
        const items: YamlValue[] = []
        const node = keep(event, { value: items, size: 1, depth: 1, isOpen: true })
        while (!atEnd()) {
          const item = readNode(event.style === COLLECTION_STYLE.FLOW)
          items.push(item.value)
          grow(node, item)
        }
        node.isOpen = false
        return node
      }
      case EVENT_ID.MAPPING: {
        const map = new Map<string, YamlValue>()
        const node = keep(event, { value: map, size: 1, depth: 1, isOpen: true })
        const merged = new Set<string>()
        while (!atEnd()) {
          const isFlow = event.style === COLLECTION_STYLE.FLOW
          const given = events[next] as Event
          const isMerge = isMergeKey(source, given)
          const key = readNode(isFlow)
          checkNesting(source, given, events[next] as Event)
          const item = readNode(isFlow)
          grow(node, key)
          grow(node, item)
          if (isMerge) {
            mergeMaps(map, item.value, merged)
            continue
          }
          const name = keyText(key.value)
          if (map.has(name) && !merged.delete(name)) duplicateKeys.push(name)
          map.set(name, item.value)
        }
        node.isOpen = false
        return node
      }
      case EVENT_ID.DOCUMENT:
      case EVENT_ID.POP:
        throw new SyntaxError('a value is missing')
    }
  }
  // Reads the event that ends a collection, if it is the next one.
  const atEnd = (): boolean => events[next]?.type === EVENT_ID.POP && ++next > 0

  const value = events[next++]?.type === EVENT_ID.DOCUMENT ? readNode().value : null
  checkOutsideQuotes(source, quotes)
  return { value, duplicateKeys, size: decoded }
}

type ScalarEvent = Extract<Event, { type: typeof EVENT_ID.SCALAR }>

function isQuoted({ style }: ScalarEvent): boolean {
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED
}

function readText(source: string, event: ScalarEvent): string {
  const { style, valueStart, valueEnd } = event
  const raw = source.slice(valueStart, valueEnd)
  if (style === SCALAR_STYLE.DOUBLE_QUOTED) checkEscapes(raw)
  if (isQuoted(event)) {
    const folded = foldQuotes(raw, style === SCALAR_STYLE.DOUBLE_QUOTED)
    return getScalarValue(folded, { ...event, valueStart: 0, valueEnd: folded.length })
  }
  const text = getScalarValue(source, event)
  if (style === SCALAR_STYLE.PLAIN) return text
  checkBlockScalar(source, valueStart)
  return valueEnd === source.length ? endBlockScalar(text, raw) : text
}

/**
 * Rewrites a quoted text so that js-yaml folds it as go-yaml does: without the blanks around U+2028 and U+2029, which are
 * line breaks in YAML 1.1 alone, and with `\n` for the empty lines after an escaped line break, which js-yaml drops.
 */
function foldQuotes(raw: string, isDouble: boolean): string {
  if (!/[\u2028\u2029]|\\\n/.test(raw)) return raw
  // Blanks at the beginning and at the end of the whole text are kept. The lookbehind makes the pattern try each run of
  // blanks once: a hostile text has long runs.
  const folded = raw.replaceAll(/(?<![ \t])[ \t]+(?=[\u2028\u2029])|(?<=[\u2028\u2029])[ \t]+/g, '')
  if (!isDouble) return folded
  return folded.replaceAll(/\\(?:\n[ \t\n]*|[^])/g, (escape) => {
    const empty = escape.split('\n').length - 2
    return empty > 0 ? '\\n'.repeat(empty) : escape
  })
}

/** Removes the line break that js-yaml, but not go-yaml, adds to a block scalar at the end of a file without one. */
function endBlockScalar(text: string, raw: string): string {
  return text.endsWith('\n') && !/\n[ \t]*$/.test(raw) ? text.slice(0, -1) : text
}

function checkNesting(source: string, key: Event, value: Event): void {
  if (key.type !== EVENT_ID.SCALAR || value.type !== EVENT_ID.MAPPING || value.style === COLLECTION_STYLE.FLOW) return
  checkNested(source.slice(key.valueEnd, value.start))
}

function grow(node: Node, child: Node): void {
  node.size += child.size
  node.depth = Math.max(node.depth, child.depth + 1)
  if (node.depth > MAX_ALIAS_DEPTH) throw new SyntaxError(`aliases nest deeper than ${MAX_ALIAS_DEPTH} levels`)
}

function isMergeKey(source: string, event: Event): boolean {
  if (event.type !== EVENT_ID.SCALAR) return false
  // A fast answer for almost all keys: those without a tag that do not begin with "<".
  if (event.tagStart < 0 && source[event.valueStart] !== '<') return false
  if (getScalarValue(source, event) !== '<<') return false
  const tag = tagName(source.slice(event.tagStart, event.tagEnd))
  return tag === 'merge' || (tag === '' && event.style === SCALAR_STYLE.PLAIN)
}

function keyText(key: YamlValue): string {
  if (typeof key === 'object' && key !== null) throw new SyntaxError('a key is a list or a mapping')
  return scalarToKey(key)
}

/**
 * Merges a mapping, or a list of mappings, into another one. As in go-yaml v2, the position of the merge key counts: the
 * merged keys replace those before it, and are replaced by those after it.
 *
 * @param merged Receives the keys that the mapping did not have before.
 * @throws {SyntaxError} with the message of go-yaml, if the value is neither.
 */
function mergeMaps(map: Map<string, YamlValue>, value: YamlValue, merged: Set<string>): void {
  const sources = Array.isArray(value) ? (value as readonly YamlValue[]).toReversed() : [value]
  for (const source of sources) {
    if (!(source instanceof Map)) throw new SyntaxError('map merge requires map or sequence of maps as the value')
    for (const [key, item] of source as YamlMap) {
      if (!map.has(key)) merged.add(key)
      map.set(key, item)
    }
  }
}

/**
 * Refuses a document that consists mostly of aliases, as go-yaml does while it decodes: aliases of aliases can stand for
 * more values than fit into memory.
 *
 * @param aliased How many values came from aliases so far.
 * @param decoded How many values there were so far, those from aliases included.
 * @throws {SyntaxError} with the message of go-yaml.
 */
function checkAliases(aliased: number, decoded: number): void {
  if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedRatio(decoded)) {
    throw new SyntaxError('document contains excessive aliasing')
  }
}

/** Gives go-yaml's limit: a small document may be almost all aliases, a large one must have few. */
function allowedRatio(size: number): number {
  const low = 400_000
  const high = 4_000_000
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (size - low) / (high - low)))
}

/** In characters of JSON: a larger value is written as JSON, which is YAML too, because js-yaml takes long. */
const MAX_DUMPED = 256 * 1024

/** Writes a value as YAML that Helm, and any other parser of YAML 1.1 or 1.2, reads back as the same value. */
export function formatYaml(value: unknown): string {
  const json = JSON.stringify(value, undefined, 1)
  if (json.length > MAX_DUMPED) return escapeJson(json)
  const schema = (dumpSchema ??= makeDumpSchema())
  return dump(value, { schema, lineWidth: -1, noRefs: true, seqNoIndent: true, quoteStyle: 'double' })
}

let dumpSchema: Schema | undefined

/** Makes a schema that also quotes texts which only Helm takes for a number or another value. */
function makeDumpSchema(): Schema {
  const helmTag = defineScalarTag('!helm', {
    implicit: true,
    resolve: (text) => (typeof resolveScalar(text, '') === 'string' ? NOT_RESOLVED : text),
    identify: () => false,
  })
  return DUMP_SCHEMA.withTags(helmTag)
}

/** Characters that need an escape in YAML, but not in JSON. */
const NOT_PRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g

/** Keys so long that YAML requires a question mark before them. */
const LONG_KEY = /^( *)("(?:[^"\\]|\\.){1000,}": )/gm

/** Turns JSON, with each value on a line of its own, into YAML. */
function escapeJson(json: string): string {
  const escaped = json.replace(NOT_PRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `${escaped.replace(LONG_KEY, '$1? $2')}\n`
}
