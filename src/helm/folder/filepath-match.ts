/** Glob patterns exactly as Go's filepath.Match reads them on Unix. */

/** Go's message for a malformed pattern. */
const BAD_PATTERN = 'syntax error in pattern'

const SLASH = 0x2f

/** What one character must be. */
type Item = number | 'any' | CharacterClass

interface CharacterClass {
  readonly isNegated: boolean
  /** First and last code points, in ascending order, apart from each other. */
  readonly ranges: readonly number[]
}

/** What stands between two stars: for so many characters what each must be, or `undefined` if it is malformed. */
interface Chunk {
  readonly isAfterStar: boolean
  readonly items: readonly Item[] | undefined
}

/** A pattern, read once for many names. */
export interface CompiledPattern {
  /** A name of fewer characters does not match; with a part that is malformed, none does. */
  readonly minLength: number
  readonly chunks: readonly Chunk[]
}

/**
 * Tells whether a whole name fits a pattern: `*` and `?` never cross a slash, `[^…]` negates, `\` escapes.
 *
 * @throws {SyntaxError} if the part of the pattern that had to be looked at is malformed.
 */
export function filepathMatch(pattern: string, name: string): boolean {
  return matchPattern(compilePattern(pattern), toCodes(name), () => undefined)
}

/** Gives a name as code points. */
export function toCodes(name: string): readonly number[] {
  const codes: number[] = []
  for (const character of name) codes.push(character.codePointAt(0) as number)
  return codes
}

/** Reads a pattern. Parts that are malformed are found when a name is matched with them, as in Go. */
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
 * Matches a name, as code points, with a pattern. What follows a star is looked for from left to right, and Go never goes
 * back to a star when it has found that: so a name is compared with each chunk at most once from each character.
 *
 * @param count Is told how many characters have been compared.
 * @throws {SyntaxError} if the part of the pattern that had to be looked at is malformed.
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
    // The last chunk has to reach the end, and each is as long as its items.
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

/** Finds where the items match: at the start, or after a star up to the next slash. -1 if they do not. */
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

/** Gives how many items match in a row. */
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

/** Halves the ranges until one is left. */
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
  // Each as one number, so that very many are sorted in no time.
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

/** Reads one end of a range; something must follow it, at least the bracket. */
function readEnd(chunk: readonly number[], start: number): { code: number; next: number } | undefined {
  let at = start
  let code = chunk[at]
  if (code === undefined || code === DASH || code === CLOSE) return undefined
  if (code === ESCAPE) code = chunk[++at]
  return code === undefined || at + 1 >= chunk.length ? undefined : { code, next: at + 1 }
}

/** There are fewer code points. */
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
