/**
 * Indents the lines of flow collections and quoted scalars for js-yaml, which requires it: go-yaml lets such lines begin
 * in any column, for example a `]` right below its key.
 */

/** How many blanks are added at most: a hostile text may have a key far to the right and very many lines. */
const MAX_ADDED = 16 * 1024 * 1024

const INDICATOR = /(?:---|[-?:])(?=[ \t\n]|$)/y
const PROPERTY = /[!&][^ \t\n,[\]{}]*/y
const BLOCK_SCALAR = /[|>][-+0-9]*/y
/** The parts of a plain scalar. */
const WORD = /[^:# \t\n]+|:(?![ \t\n]|$)|(?<=[^ \t\n])#|[ \t]+(?=[^# \t\n])/y
/** An alias, and a question mark before a key, in brackets. */
const ALIAS = /\*[-\w]+/y
const QUESTION_MARK = /\?(?=[ \t\n])/y
/** A dash as a whole plain scalar, in brackets. */
const DASH = /-(?=[ \t]*[,\]}])/y
const KEY_END = /[ \t]*:(?=[ \t\n]|$)/y
const COMMENT = /(?<=[ \t\n])#[^\n]*/y
const LINE_END = /[^\n]*(?:\n|$)/y
const BLANKS = /[ \t]*/y
const SPACES = / */y

/**
 * Indents the lines in brackets and quotes, and writes what js-yaml does not accept in another way: blanks for tabs between
 * tokens, `\x27` for `\'` in double quotes. Values and line numbers stay the same, and invalid text stays invalid.
 *
 * @param text With `\n` as the only line break.
 * @throws {SyntaxError} with the message of go-yaml, if a tab is in the place of indentation within a plain scalar.
 */
export function indentFlow(text: string): string {
  const pieces: string[] = []
  let copied = 0
  let at = 0
  let lineStart = 0
  /** The column of the key or the dash of the current value. */
  let parent = -1
  let added = 0

  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0] ?? ''
    at += found.length
    return found
  }
  const replace = (start: number, end: number, by: string): void => {
    pieces.push(text.slice(copied, start), by)
    copied = end
  }
  // In parts: one regular expression for a very long scalar overflows the stack.
  const takePlain = (): boolean => {
    const start = at
    while (take(WORD) !== '');
    return at > start
  }
  const endLine = (): void => {
    take(LINE_END)
    lineStart = at
  }
  /** Moves to the next line within brackets or quotes, and indents it. */
  const indentLine = (): boolean => {
    if (text[at] !== '\n') return false
    at += 1
    lineStart = at
    added += parent + 1
    if (added <= MAX_ADDED) replace(at, at, ' '.repeat(parent + 1))
    return true
  }
  const isDeeper = (): boolean => {
    const start = at
    const blanks = take(SPACES).length
    const next = text[at]
    at = start
    return blanks > parent || next === '\n'
  }

  /** Puts a blank before a `#` right after quotes, brackets or a comma, where go-yaml begins a comment without one. */
  const separateComment = (): void => {
    replace(at, at, ' ')
    take(/[^\n]*/y)
  }

  const readQuotes = (quote: string): void => {
    for (at += 1; at < text.length;) {
      const isEscaped = text[at + 1] === "'"
      if (indentLine()) continue
      if (text[at] === quote && !(quote === "'" && isEscaped)) break
      if (text[at] === '\\' && quote === '"' && isEscaped) replace(at, at + 2, '\\x27')
      const isPair = text[at] === quote || (text[at] === '\\' && quote === '"' && text[at + 1] !== '\n')
      at += isPair ? 2 : 1
    }
    at += 1
  }

  /** Reads blanks and tabs; between tokens, tabs are replaced, because js-yaml takes them for indentation. */
  const takeBlanks = (isBetweenWords: boolean): boolean => {
    const { length } = take(BLANKS)
    if (isBetweenWords && length > 0) replace(at - length, at, ' '.repeat(length))
    return length > 0
  }

  /** Reads the blanks that begin a further line of a plain scalar in brackets, or the line after its end. */
  const takeIndentation = (): void => {
    const blanks = take(BLANKS)
    const tab = blanks.indexOf('\t')
    if (tab < 0) return
    if (tab <= parent) {
      const line = text.slice(0, at).split('\n').length
      throw new SyntaxError(`line ${line}: found a tab character that violates indentation`)
    }
    replace(at - blanks.length, at, ' '.repeat(blanks.length))
  }

  const readFlow = (): void => {
    let depth = 0
    let startsToken = true
    let isAfterNode = false
    do {
      const character = text[at] ?? ''
      const isInWord: boolean = !startsToken && !isAfterNode
      if (indentLine()) {
        if (isInWord) takeIndentation()
        continue
      }
      if (takeBlanks(!isInWord)) continue
      if (take(COMMENT) !== '') {
        isAfterNode ||= isInWord
        continue
      }
      if (startsToken && take(QUESTION_MARK) !== '') continue
      if (startsToken && take(ALIAS) !== '') {
        startsToken = false
        isAfterNode = true
        continue
      }
      if (startsToken && take(DASH) !== '') {
        replace(at - 1, at, '"-"')
        startsToken = false
        isAfterNode = true
        continue
      }
      if (character === '#' && (startsToken || isAfterNode)) {
        separateComment()
        continue
      }
      if (startsToken && (character === '"' || character === "'")) {
        readQuotes(character)
        isAfterNode = true
        continue
      }
      if (startsToken && take(PROPERTY) !== '') continue
      if (character === '[' || character === '{') depth += 1
      if (character === ']' || character === '}') depth -= 1
      const isColon: boolean = character === ':' && (isAfterNode || /[ \t\n,[\]{}]/.test(text[at + 1] ?? ' '))
      startsToken = isColon || ',[{'.includes(character)
      isAfterNode = ']}'.includes(character)
      at += 1
    } while (depth > 0 && at < text.length)
  }

  /** Reads a line that begins outside of brackets and quotes, and the further lines of its last value. */
  const readLine = (): void => {
    // The column of an anchor or a tag before a key: the entry begins there.
    let property: number | undefined
    for (;;) {
      const blanks = at
      take(BLANKS)
      const start = property ?? at - lineStart
      const indicator = take(INDICATOR)
      if (indicator !== '') {
        parent = indicator === '---' ? -1 : start
        continue
      }
      const behindBlanks = at
      if (take(PROPERTY) !== '') {
        if (blanks > lineStart) replace(blanks, behindBlanks, ' '.repeat(behindBlanks - blanks))
        property = start
        continue
      }
      property = undefined
      const isFlow = /["'[{]/.test(text[at] ?? '')
      if (isFlow) {
        if (blanks > lineStart) replace(blanks, at, ' '.repeat(at - blanks))
        readFlow()
        if (text[at] === '#') return separateComment()
      } else if (take(BLOCK_SCALAR) !== '') {
        if (text[at] === '#') separateComment()
      } else if (!takePlain()) {
        return endLine()
      }
      if (take(KEY_END) !== '') {
        parent = start
      } else if (!isFlow) {
        do endLine()
        while (at < text.length && isDeeper())
        return
      }
    }
  }

  while (at < text.length) readLine()
  return `${pieces.join('')}${text.slice(copied)}`
}
