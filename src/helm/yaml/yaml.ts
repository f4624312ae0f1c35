/** Reads YAML as Helm does, and writes YAML that Helm reads back unchanged; the one file that uses js-yaml. */
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

/** A document: mappings are Maps, so no key can be mistaken for a member of an object. */
export type YamlValue = YamlScalar | readonly YamlValue[] | YamlMap

/** A mapping, in the order of its keys. */
export type YamlMap = ReadonlyMap<string, YamlValue>

/** What {@link parseYaml} found. */
export interface YamlDocument {
  /** `null` for an empty document. */
  readonly value: YamlValue
  /** Keys that one mapping holds twice; the last value counts, as in Helm. */
  readonly duplicateKeys: readonly string[]
  /** Whether more than blanks and comments follows: it has not been read. */
  readonly hasMore: boolean
  /** How many values it has, with every alias written out. */
  readonly size: number
}

/** How much work may be done on a text; more is a {@link BoundsExceededError}. */
export interface YamlBounds {
  /** How many values aliases may stand for. */
  readonly aliased: number
  /** Whether a text that js-yaml refuses may be read again, with its lines indented. */
  readonly again: boolean
}

/** Reading goes on for longer than it may in this place; nothing is wrong with the text. */
export class BoundsExceededError extends Error {
  override readonly name = 'BoundsExceededError'
}

/** A value, and what it would be with every alias written out. */
interface Node {
  value: YamlValue
  /** The number of values in it. */
  size: number
  depth: number
  /** Whether it is still being read. */
  isOpen: boolean
}

const MAX_DEPTH = 100
// Aliases of aliases nest values without a single bracket, and code that walks a value has a limited stack.
const MAX_ALIAS_DEPTH = 1000

/** How many blanks are added at most where work has bounds. */
const MAX_INDENTATION = 256 * 1024

/**
 * Reads the first document of a YAML text.
 *
 * @param bounds Without them, the work is bounded by the length of the text and go-yaml's measure of aliases.
 * @throws {SyntaxError} if the text is not YAML, is nested deeper than 100 levels, or grows too much through aliases.
 * @throws {BoundsExceededError} beyond the bounds.
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
  // go-yaml counts while it decodes, so it stops before all the values have been made.
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
  // The events that close a collection or a document.
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
 * Writes quotes as js-yaml has to see them: without the blanks around line breaks that only YAML 1.1 has, which are kept
 * in the text, and with escapes for the empty lines behind an escaped line break, which js-yaml passes over.
 */
function foldQuotes(raw: string, isDouble: boolean): string {
  if (!/[\u2028\u2029]|\\\n/.test(raw)) return raw
  // Blanks at the beginning and at the end of the whole text belong to it. Each run of blanks is looked at once, from its
  // first character: hostile texts have long ones.
  const folded = raw.replaceAll(/(?<![ \t])[ \t]+(?=[\u2028\u2029])|(?<=[\u2028\u2029])[ \t]+/g, '')
  if (!isDouble) return folded
  return folded.replaceAll(/\\(?:\n[ \t\n]*|[^])/g, (escape) => {
    const empty = escape.split('\n').length - 2
    return empty > 0 ? '\\n'.repeat(empty) : escape
  })
}

/** Takes off the line break that js-yaml adds to a block scalar at the end of a file without one; go-yaml adds none. */
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
  // Almost all keys have no tag, and the first character of those says enough.
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
 * Puts the keys of a mapping, or of several, into another one. In go-yaml v2 a merge counts where it stands: it replaces
 * the keys before it, and those after it replace its own.
 *
 * @param merged Gets the keys that were not there before.
 * @throws {SyntaxError} with the message of go-yaml, if the value is something else.
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
 * Refuses a document that consists of aliases for the most part, as go-yaml does while it decodes: few aliases of large
 * values, and aliases in those, would write out more values than any memory holds.
 *
 * @param decoded The number of values so far, of which `aliased` come from aliases.
 * @throws {SyntaxError} with the message of go-yaml.
 */
function checkAliases(aliased: number, decoded: number): void {
  if (aliased > 100 && decoded > 1000 && aliased / decoded > allowedRatio(decoded)) {
    throw new SyntaxError('document contains excessive aliasing')
  }
}

// go-yaml's own measure: small documents may be almost all aliases, large ones hardly at all.
function allowedRatio(size: number): number {
  const low = 400_000
  const high = 4_000_000
  return 0.99 - 0.89 * Math.min(1, Math.max(0, (size - low) / (high - low)))
}

/** In characters of JSON; js-yaml takes long over more, and a value as JSON is YAML, too. */
const MAX_DUMPED = 256 * 1024

/** Writes a value as YAML that Helm, and any reader of YAML 1.1 or 1.2, reads back as the same value. */
export function formatYaml(value: unknown): string {
  const json = JSON.stringify(value, undefined, 1)
  if (json.length > MAX_DUMPED) return escapeJson(json)
  const schema = (dumpSchema ??= makeDumpSchema())
  return dump(value, { schema, lineWidth: -1, noRefs: true, seqNoIndent: true, quoteStyle: 'double' })
}

let dumpSchema: Schema | undefined

/** js-yaml quotes what one of its own readers takes for more than text; this adds what only Helm takes for a number. */
function makeDumpSchema(): Schema {
  const helmTag = defineScalarTag('!helm', {
    implicit: true,
    resolve: (text) => (typeof resolveScalar(text, '') === 'string' ? NOT_RESOLVED : text),
    identify: () => false,
  })
  return DUMP_SCHEMA.withTags(helmTag)
}

/** Characters that JSON may hold as they are, and YAML may not. */
const NOT_PRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g

/** Keys so long that YAML wants a question mark before them. */
const LONG_KEY = /^( *)("(?:[^"\\]|\\.){1000,}": )/gm

/** Makes YAML of JSON, of which every value is on a line of its own. */
function escapeJson(json: string): string {
  const escaped = json.replace(NOT_PRINTABLE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return `${escaped.replace(LONG_KEY, '$1? $2')}\n`
}
