/** YAML in and out: the only door to js-yaml, reading as Helm does and writing what Helm reads back unchanged. */
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
  SCALAR_STYLE,
  YAMLException,
} from 'js-yaml'
import { formatJsonAsYaml } from './json-as-yaml.js'
import { checkAliases } from './yaml-aliases.js'
import { indentFlow } from './yaml-layout.js'
import { mergeMaps } from './yaml-merge.js'
import { resolveScalar, scalarToKey, tagName, type YamlScalar } from './yaml-scalar.js'
import {
  checkBlockScalar,
  checkEscapes,
  checkOutsideQuotes,
  endBlockScalar,
  firstDocument,
  foldQuotes,
  type TextRange,
} from './yaml-text.js'
import { checkAnchor, checkFlowWord, checkNested, checkTag } from './yaml-tokens.js'

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
// Aliases of aliases nest without a bracket; whoever goes through the value does so with a limited stack.
const MAX_ALIAS_DEPTH = 1000

/**
 * Reads the first document of a YAML text.
 *
 * @throws {SyntaxError} if the text is not YAML, is nested deeper than 100 levels, or grows too much through aliases.
 */
export function parseYaml(text: string): YamlDocument {
  const { source, hasMore } = firstDocument(text)
  try {
    return { ...readDocument(source), hasMore }
  } catch (cause) {
    const indented = indentFlow(source)
    if (indented === source) throw cause
    return { ...readDocument(indented), hasMore }
  }
}

function readDocument(source: string): Omit<YamlDocument, 'hasMore'> {
  try {
    return compose(source, parseEvents(source, { maxDepth: MAX_DEPTH }))
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause
    const line = cause.mark ? `line ${cause.mark.line + 1}: ` : ''
    throw new SyntaxError(`${line}${cause.reason}`, { cause })
  }
}

/** js-yaml quotes what one of its own readers takes for more than text; this adds what only Helm takes for a number. */
const HELM_SCHEMA = DUMP_SCHEMA.withTags(
  defineScalarTag('!helm', {
    implicit: true,
    resolve: (text) => (typeof resolveScalar(text, '') === 'string' ? NOT_RESOLVED : text),
    identify: () => false,
  }),
)

/** Writes a value as YAML that Helm, and any reader of YAML 1.1 or 1.2, reads back as the same value. */
export function formatYaml(value: unknown): string {
  try {
    return dump(value, { schema: HELM_SCHEMA, lineWidth: -1, noRefs: true, seqNoIndent: true, quoteStyle: 'double' })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return formatJsonAsYaml(value)
  }
}

function compose(source: string, events: readonly Event[]): Omit<YamlDocument, 'hasMore'> {
  const anchors = new Map<string, Node>()
  const duplicateKeys: string[] = []
  const quotes: TextRange[] = []
  let next = 0
  // Go-yaml counts while it decodes, so that it stops before the values are all there.
  let decoded = 0
  let aliased = 0

  const keep = (
    event: { [Place in 'anchorStart' | 'anchorEnd' | 'tagStart' | 'tagEnd']: number },
    node: Node,
  ): Node => {
    checkTag(source, [event.tagStart, event.tagEnd])
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
        return { ...node, size: node.size + 1 }
      }
      case EVENT_ID.SCALAR: {
        const tag = tagName(source.slice(event.tagStart, event.tagEnd))
        if (isQuoted(event)) quotes.push({ start: event.valueStart, end: event.valueEnd })
        if (isInFlow && event.style === SCALAR_STYLE.PLAIN) checkFlowWord(source, [event.valueStart, event.valueEnd])
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
  return { value, duplicateKeys }
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
