/** Glob patterns exactly as Go's filepath.Match reads them on Unix. */

/** Go's message for a malformed pattern. */
const BAD_PATTERN = 'syntax error in pattern'

/**
 * Tells whether a whole name fits a pattern: `*` and `?` never cross a slash, `[^…]` negates, `\` escapes.
 *
 * @throws {SyntaxError} if the part of the pattern that had to be looked at is malformed.
 */
export function filepathMatch(pattern: string, name: string): boolean {
  return match(Array.from(pattern), Array.from(name))
}

type Characters = readonly string[]

function match(pattern: Characters, name: Characters): boolean {
  while (pattern.length > 0) {
    const { isStar, chunk, rest } = scanChunk(pattern)
    if (isStar && chunk.length === 0) return !name.includes('/')
    const left = findChunk(chunk, name, isStar, rest.length === 0)
    if (left === undefined) return false
    name = left
    pattern = rest
  }
  return name.length === 0
}

/** Finds the chunk at the start of the name or, after a star, further on; gives what follows it. */
function findChunk(chunk: Characters, name: Characters, isStar: boolean, isLast: boolean): Characters | undefined {
  const left = matchChunk(chunk, name)
  if (left && (left.length === 0 || !isLast)) return left
  if (!isStar) return undefined
  for (let skip = 0; skip < name.length && name[skip] !== '/'; skip++) {
    const found = matchChunk(chunk, name.slice(skip + 1))
    if (found && (found.length === 0 || !isLast)) return found
  }
  return undefined
}

function scanChunk(pattern: Characters): { isStar: boolean; chunk: Characters; rest: Characters } {
  let start = 0
  while (pattern[start] === '*') start += 1
  let inClass = false
  let end = start
  for (; end < pattern.length; end++) {
    const character = pattern[end]
    if (character === '\\') end += end + 1 < pattern.length ? 1 : 0
    else if (character === '[') inClass = true
    else if (character === ']') inClass = false
    else if (character === '*' && !inClass) break
  }
  return { isStar: start > 0, chunk: pattern.slice(start, end), rest: pattern.slice(end) }
}

function matchChunk(chunk: Characters, name: Characters): Characters | undefined {
  let at = 0
  let failed = false
  let position = 0
  while (position < chunk.length) {
    // After a mismatch the rest of the chunk is still checked for its syntax.
    failed ||= at >= name.length
    let character = chunk[position] as string
    if (character === '[') {
      const { end, matches } = matchClass(chunk, position + 1, name[at] ?? '\0')
      failed ||= !matches
      position = end
      at += 1
      continue
    }
    position += 1
    if (character === '?') {
      failed ||= name[at] === '/'
      at += 1
      continue
    }
    if (character === '\\') {
      if (position >= chunk.length) throw new SyntaxError(BAD_PATTERN)
      character = chunk[position++] as string
    }
    failed ||= character !== name[at]
    at += 1
  }
  return failed ? undefined : name.slice(at)
}

function matchClass(chunk: Characters, start: number, character: string): { end: number; matches: boolean } {
  const code = character.codePointAt(0) as number
  let position = start
  const isNegated = chunk[position] === '^'
  if (isNegated) position += 1
  let isIn = false
  for (let ranges = 0; chunk[position] !== ']' || ranges === 0; ranges++) {
    const low = readEnd(chunk, position)
    const high = chunk[low.next] === '-' ? readEnd(chunk, low.next + 1) : low
    isIn ||= low.code <= code && code <= high.code
    position = high.next
  }
  return { end: position + 1, matches: isIn !== isNegated }
}

/** Reads one end of a range; something must follow it, at least the bracket. */
function readEnd(chunk: Characters, start: number): { code: number; next: number } {
  let position = start
  let character = chunk[position]
  if (character === undefined || character === '-' || character === ']') throw new SyntaxError(BAD_PATTERN)
  if (character === '\\') character = chunk[++position]
  if (character === undefined || position + 1 >= chunk.length) throw new SyntaxError(BAD_PATTERN)
  return { code: character.codePointAt(0) as number, next: position + 1 }
}
