/** Glob patterns exactly as in Go's filepath.Match on Unix. */

/** Go's message for a malformed pattern. */
const BAD_PATTERN = 'syntax error in pattern'

const SLASH = 0x2f

/** What one character must match: a code point, any character except a slash, or a class. */
type Item = number | 'any' | CharacterClass

interface CharacterClass {
  readonly isNegated: boolean
  /** The first and last code points of each range, in ascending order; ranges do not overlap. */
  readonly ranges: readonly number[]
}

/** The part of a pattern between two stars, as in Go. */
interface Chunk {
  readonly isAfterStar: boolean
  /** One item for each character; `undefined` if the chunk is malformed. */
  readonly items: readonly Item[] | undefined
}

/** A pattern that is compiled once and matched with many names. */
export interface CompiledPattern {
  /** A name with fewer characters does not match; `Infinity` if a chunk is malformed. */
  readonly minLength: number
  /** The parts between the stars, in their order. */
  readonly chunks: readonly Chunk[]
}

/**
 * Tells whether a whole name matches a pattern: `*` and `?` match no slash, `[^…]` negates, `\` escapes.
 *
 * @throws {SyntaxError} if the pattern is malformed; as in Go, only the part that was needed is checked.
 */
export function filepathMatch(pattern: string, name: string): boolean {
  return matchPattern(compilePattern(pattern), toCodes(name), () => undefined)
}

/** Gives the code points of a name. */
export function toCodes(name: string): readonly number[] {
  const codes: number[] = []
  for (const character of name) codes.push(character.codePointAt(0) as number)
  return codes
}

/** Compiles a pattern. As in Go, a malformed part throws only when a name is matched with it. */
export function compilePattern(pattern: string): CompiledPattern {
  const codes = toCodes(pattern)
  const chunks: Chunk[] = []
  let minLength = 0
  for (let at = 0; at < codes.length;) {
    const start = skipStars(codes, at)
    const end = findChunkEnd(codes, start)
    const items = parseChunk(codes.slice(start, end))
    chunks.push({ isAfterStar: start > at, items })
    minLength += items?.length ?? Infinity
    at = end
  }
  return { minLength, chunks }
}

/**
 * Matches a name, as code points, with a pattern. As in Go, the first place where a chunk matches is taken, without
 * backtracking; so each chunk is compared at most once at each character of the name.
 *
 * @param count Is called with the number of comparisons.
 * @throws {SyntaxError} if the pattern is malformed; as in Go, only the part that was needed is checked.
 */
export function matchPattern(
  { chunks }: CompiledPattern,
  name: readonly number[],
  count: (comparisons: number) => void,
): boolean {
  let at = 0
  for (const [index, { isAfterStar, items }] of chunks.entries()) {
    if (isAfterStar && items?.length === 0) return !name.includes(SLASH, at)
    if (!items) throw new SyntaxError(BAD_PATTERN)
    // The last chunk must match the end of the name, so its place is known.
    const isLast = index === chunks.length - 1
    const last = name.length - items.length
    let start = at
    if (isLast && isAfterStar) {
      const slash = name.indexOf(SLASH, at)
      if (last < at || (slash >= 0 && slash < last)) return false
      start = last
    } else if (isLast && start !== last) return false
    start = findItems(items, name, { start, isAfterStar }, count)
    if (start < 0) return false
    at = start + items.length
  }
  return at === name.length
}

/** Finds where the items match: at the start, or, after a star, at any place up to the next slash; -1 if nowhere. */
function findItems(
  items: readonly Item[],
  name: readonly number[],
  { start, isAfterStar }: { readonly start: number; readonly isAfterStar: boolean },
  count: (comparisons: number) => void,
): number {
  const last = name.length - items.length
  let comparisons = 1
  let at = start
  let isFound = false
  for (; at <= last; at++) {
    const compared = compareItems(items, name, at)
    comparisons += compared + 1
    isFound = compared === items.length
    if (isFound || !isAfterStar || name[at] === SLASH) break
  }
  count(comparisons)
  return isFound ? at : -1
}

/** Counts how many items match in a row. */
function compareItems(items: readonly Item[], name: readonly number[], start: number): number {
  let at = 0
  while (at < items.length && matchItem(items[at] as Item, name[start + at] as number)) at++
  return at
}

function matchItem(item: Item, code: number): boolean {
  if (typeof item === 'number') return item === code
  if (item === 'any') return code !== SLASH
  return isInRanges(item.ranges, code) !== item.isNegated
}

/** Tells whether a code point is in one of the ranges, by binary search. */
function isInRanges(ranges: readonly number[], code: number): boolean {
  let [low, high] = [0, ranges.length / 2]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (code < (ranges[middle * 2] as number)) high = middle
    else if (code > (ranges[middle * 2 + 1] as number)) low = middle + 1
    else return true
  }
  return false
}

const [STAR, ANY, OPEN, CLOSE, CARET, DASH, ESCAPE] = toCodes('*?[]^-\\')

function skipStars(codes: readonly number[], from: number): number {
  let at = from
  while (codes[at] === STAR) at += 1
  return at
}

function findChunkEnd(codes: readonly number[], from: number): number {
  let isInClass = false
  let at = from
  for (; at < codes.length; at++) {
    const code = codes[at]
    if (code === ESCAPE) at += at + 1 < codes.length ? 1 : 0
    else if (code === OPEN) isInClass = true
    else if (code === CLOSE) isInClass = false
    else if (code === STAR && !isInClass) break
  }
  return at
}

function parseChunk(chunk: readonly number[]): readonly Item[] | undefined {
  const items: Item[] = []
  for (let at = 0; at < chunk.length;) {
    const code = chunk[at++] as number
    if (code === ANY) items.push('any')
    else if (code === OPEN) {
      const parsed = parseClass(chunk, at)
      if (!parsed) return undefined
      items.push(parsed.item)
      at = parsed.end
    } else if (code === ESCAPE) {
      const escaped = chunk[at++]
      if (escaped === undefined) return undefined
      items.push(escaped)
    } else items.push(code)
  }
  return items
}

function parseClass(chunk: readonly number[], start: number): { item: CharacterClass; end: number } | undefined {
  const isNegated = chunk[start] === CARET
  let at = isNegated ? start + 1 : start
  // Each range is one number, which is fast to sort.
  const ranges = new Set<number>()
  for (let isFirst = true; chunk[at] !== CLOSE || isFirst; isFirst = false) {
    const low = readEnd(chunk, at)
    const high = low && chunk[low.next] === DASH ? readEnd(chunk, low.next + 1) : low
    if (!low || !high) return undefined
    if (low.code <= high.code) ranges.add(low.code * CODES + high.code)
    at = high.next
  }
  return { item: { isNegated, ranges: joinRanges(ranges) }, end: at + 1 }
}

/** Reads one end of a range; at least the closing bracket must follow. */
function readEnd(chunk: readonly number[], start: number): { code: number; next: number } | undefined {
  let at = start
  let code = chunk[at]
  if (code === undefined || code === DASH || code === CLOSE) return undefined
  if (code === ESCAPE) code = chunk[++at]
  return code === undefined || at + 1 >= chunk.length ? undefined : { code, next: at + 1 }
}

/** More than there are code points. */
const CODES = 2 ** 21

function joinRanges(ranges: ReadonlySet<number>): readonly number[] {
  const joined: number[] = []
  for (const range of Float64Array.from(ranges).sort()) {
    const [low, high] = [Math.floor(range / CODES), range % CODES]
    const last = joined.at(-1)
    if (last === undefined || low > last) joined.push(low, high)
    else joined[joined.length - 1] = Math.max(last, high)
  }
  return joined
}
