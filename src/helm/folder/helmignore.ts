/** .helmignore: Helm's own rules, which look like those of git but mean other things. */
import { filepathMatch } from './filepath-match.js'

/** Tells whether a path, relative to the chart and with slashes, is left out of the chart. */
export type IgnoreRules = (path: string, isDirectory: boolean) => boolean

interface Rule {
  readonly isNegated: boolean
  readonly onlyDirectories: boolean
  /** Whether the pattern is for the whole path, and not for the last part of it. */
  readonly wholePath: boolean
  readonly pattern: string
}

/**
 * Reads the rules of a .helmignore file and adds Helm's own: no dotfiles directly in `templates/`.
 *
 * The first rule that decides ends the search. A negated rule decides against everything that it does not match, so
 * `!README.md` ignores all but the README: that is how Helm has it.
 *
 * @throws {SyntaxError} with Helm's message if a rule is malformed or has a double star.
 */
export function parseHelmignore(text: string): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, '').split('\n')
  const rules = [...lines, 'templates/.?*'].flatMap((line) => parseRule(line) ?? [])
  return (path, isDirectory) => isIgnored(rules, path, isDirectory)
}

function parseRule(line: string): Rule | undefined {
  let pattern = trimSpace(line)
  if (pattern === '' || pattern.startsWith('#')) return undefined
  if (pattern.includes('**')) throw new SyntaxError('double-star (**) syntax is not supported')
  // A malformed pattern throws here, as far as Go looks at it for this name.
  filepathMatch(pattern, 'abc')

  const isNegated = pattern.startsWith('!')
  if (isNegated) pattern = pattern.slice(1)
  const onlyDirectories = pattern.endsWith('/')
  if (onlyDirectories) pattern = pattern.slice(0, -1)
  const wholePath = pattern.includes('/')
  return { isNegated, onlyDirectories, wholePath, pattern: pattern.replace(/^\/+/, '') }
}

/** Go's strings.TrimSpace. Each run of white space is looked at once, from its first character. */
function trimSpace(text: string): string {
  return text.replace(/^\p{White_Space}+|(?<!\p{White_Space})\p{White_Space}+$/gu, '')
}

function isIgnored(rules: readonly Rule[], path: string, isDirectory: boolean): boolean {
  if (path === '' || path === '.' || path === './') return false
  for (const rule of rules) {
    const matches = (isDirectory || !rule.onlyDirectories) && ruleMatches(rule, path)
    if (matches !== rule.isNegated) return true
  }
  return false
}

function ruleMatches(rule: Rule, path: string): boolean {
  const name = rule.wholePath ? path : path.slice(path.lastIndexOf('/') + 1)
  // Most rules are plain names, and each is tried on each file.
  if (!/[*?[\\]/.test(rule.pattern)) return rule.pattern === name
  try {
    return filepathMatch(rule.pattern, name)
  } catch {
    // Go found nothing wrong when the rule was read, but does for this name; Helm takes that for no match.
    return false
  }
}
