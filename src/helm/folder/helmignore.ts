/** The rules of .helmignore, as Helm applies them; they look like those of .gitignore, but differ. */
import { type CompiledPattern, compilePattern, filepathMatch, matchPattern, toCodes } from './filepath-match.js'

/** Tells whether a path, relative to the chart and with slashes, is ignored. */
export interface IgnoreRules {
  (path: string, isDirectory: boolean): boolean
  /** How many characters the patterns of all rules have together; rules that are plain names do not count. */
  readonly patternLength: number
}

/** A rule with a pattern, or a negated one. */
interface Rule {
  readonly isNegated: boolean
  readonly onlyDirectories: boolean
  /** Whether the pattern is matched with the whole path, and not only with its last part. */
  readonly wholePath: boolean
  readonly pattern: CompiledPattern
}

/**
 * Parses a .helmignore file, and adds Helm's own rule, which ignores dotfiles directly in `templates/`.
 *
 * A path is ignored if it matches a rule, or if it does not match a negated rule: `!README.md` ignores everything but
 * the README. That is how Helm does it, so the order of the rules does not matter.
 *
 * @param count Is called with the number of comparisons, while names are matched; it may throw.
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
      // The pattern may turn out to be malformed only with this name; Helm takes that for no match.
      const isLongEnough = codes.length >= pattern.minLength
      return ((isDirectory || !onlyDirectories) && isLongEnough && matchPattern(pattern, codes, count)) !== isNegated
    })
  }
  const lengths = rules.map(({ pattern }) => pattern.minLength).filter(Number.isFinite)
  return Object.assign(isIgnored, { patternLength: lengths.reduce((sum, length) => sum + length, 0) })
}

/**
 * Adds a rule. Most rules are plain names, which are looked up in a set: with a slash before a whole path, and with one
 * after the name of a folder.
 */
function addRule(line: string, plain: Set<string>, rules: Rule[]): void {
  if (line.includes('**')) throw new SyntaxError('double-star (**) syntax is not supported')
  // As Helm does, to find malformed patterns.
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

/** Trims white space as Go's strings.TrimSpace does. The lookbehind makes the pattern try each run of it once. */
function trimSpace(text: string): string {
  return text.replace(/^\p{White_Space}+|(?<!\p{White_Space})\p{White_Space}+$/gu, '')
}
