/** .helmignore: Helm's own rules, which look like those of git but mean other things. */
import { type CompiledPattern, compilePattern, filepathMatch, matchPattern, toCodes } from './filepath-match.js'

/** Tells whether a path, relative to the chart and with slashes, is left out of the chart. */
export interface IgnoreRules {
  (path: string, isDirectory: boolean): boolean
  /** How many characters must match in all rules together, not counting those that are plain names. */
  readonly patternLength: number
}

/** Rules for which names have to be compared, because they are no plain names. */
interface Rule {
  readonly isNegated: boolean
  readonly onlyDirectories: boolean
  /** Whether the pattern is for the whole path, and not for the last part of it. */
  readonly wholePath: boolean
  readonly pattern: CompiledPattern
}

/**
 * Reads the rules of a .helmignore file and adds Helm's own: no dotfiles directly in `templates/`.
 *
 * The first rule that decides ends the search. A negated rule decides against everything that it does not match, so
 * `!README.md` ignores all but the README: that is how Helm has it. So whichever rule decides, the path is ignored, and
 * their order does not count.
 *
 * @param count Is told, as it goes on, how many characters of names have been compared with rules; it may throw.
 * @throws {SyntaxError} with Helm's message if a rule is malformed or has a double star.
 */
export function parseHelmignore(text: string, count: (comparisons: number) => void = () => undefined): IgnoreRules {
  const lines = new Set([...text.replace(/^\uFEFF/, '').split('\n'), 'templates/.?*'].map(trimSpace))
  const plain = new Set<string>()
  const rules: Rule[] = []
  for (const line of lines) {
    if (line !== '' && !line.startsWith('#')) addRule(line, plain, rules)
  }
  const isIgnored = (path: string, isDirectory: boolean): boolean => {
    if (path === '' || path === '.' || path === './') return false
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (plain.has(name) || plain.has(`/${path}`)) return true
    if (isDirectory && (plain.has(`${name}/`) || plain.has(`/${path}/`))) return true
    const nameCodes = toCodes(name)
    let pathCodes: readonly number[] | undefined
    return rules.some(({ isNegated, onlyDirectories, wholePath, pattern }) => {
      const codes = wholePath ? (pathCodes ??= toCodes(path)) : nameCodes
      count(1)
      // Go may have found nothing wrong when the rule was read, and does for this name; Helm takes that for no match.
      const isLongEnough = codes.length >= pattern.minLength
      return ((isDirectory || !onlyDirectories) && isLongEnough && matchPattern(pattern, codes, count)) !== isNegated
    })
  }
  const lengths = rules.map(({ pattern }) => pattern.minLength).filter(Number.isFinite)
  return Object.assign(isIgnored, { patternLength: lengths.reduce((sum, length) => sum + length, 0) })
}

/** Most rules are plain names, and are only looked up: with a slash before those of a whole path, and behind a folder's. */
function addRule(line: string, plain: Set<string>, rules: Rule[]): void {
  if (line.includes('**')) throw new SyntaxError('double-star (**) syntax is not supported')
  // A malformed pattern throws here, as far as Go looks at it for this name.
  if (/[[\\]/.test(line)) filepathMatch(line, 'abc')

  let pattern = line
  const isNegated = pattern.startsWith('!')
  if (isNegated) pattern = pattern.slice(1)
  const onlyDirectories = pattern.endsWith('/')
  if (onlyDirectories) pattern = pattern.slice(0, -1)
  const wholePath = pattern.includes('/')
  pattern = pattern.replace(/^\/+/, '')
  if (isNegated || /[*?[\\]/.test(pattern)) {
    rules.push({ isNegated, onlyDirectories, wholePath, pattern: compilePattern(pattern) })
  } else {
    plain.add(`${wholePath ? '/' : ''}${pattern}${onlyDirectories ? '/' : ''}`)
  }
}

/** Go's strings.TrimSpace. Each run of white space is looked at once, from its first character. */
function trimSpace(text: string): string {
  return text.replace(/^\p{White_Space}+|(?<!\p{White_Space})\p{White_Space}+$/gu, '')
}
