/** Properties of the ignore rules: they decide as a model that writes every glob as a regular expression. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { NamedProperty } from './named-property.js'

export interface IgnoreParser {
  readonly parseHelmignore: (text: string) => (path: string, isDirectory: boolean) => boolean
}

/** A part of a glob between two slashes: as text, as a regular expression, and one text that it matches. */
interface Piece {
  readonly glob: string
  readonly regex: string
  readonly example: string
}

interface Rule {
  readonly line: string
  readonly isNegated: boolean
  readonly onlyDirectories: boolean
  readonly wholePath: boolean
  readonly regex: RegExp
  readonly example: string
}

export function ignoreRuleProperties({ parseHelmignore }: IgnoreParser): readonly NamedProperty[] {
  return [
    {
      name: 'decide as the model does',
      property: fc.property(rulesAndPaths, ({ rules, paths }) => {
        const isIgnored = parseHelmignore(rules.map(({ line }) => line).join('\n'))

        for (const { path, isDirectory } of paths) {
          const expected = isIgnoredByModel(rules, path, isDirectory)
          expect([path, isDirectory, isIgnored(path, isDirectory)]).toEqual([path, isDirectory, expected])
        }
      }),
    },
    {
      name: 'decide the same with comments, blank lines, white space and the line ends of Windows',
      property: fc.property(rulesAndPaths, fc.array(noise), ends, ({ rules, paths }, noises, end) => {
        const lines = rules.map(({ line }) => line)
        const noisy = noises.reduce((all, { place, before, extra, after }) => {
          const at = place % (all.length + 1)
          const changed = all.map((line, i) => (i === at ? `${before}${line}${after}` : line))
          return changed.toSpliced(at, 0, extra)
        }, lines)
        const [plain, other] = [parseHelmignore(lines.join('\n')), parseHelmignore(noisy.join(end))]

        for (const { path, isDirectory } of paths) expect(other(path, isDirectory)).toBe(plain(path, isDirectory))
      }),
    },
    {
      name: 'are refused if one has a double star, unless it is a comment',
      property: fc.property(rulesAndPaths, fc.nat(), fc.nat(), ({ rules }, place, inLine) => {
        const lines = rules.map(({ line }) => line)
        const line = lines[place % lines.length] as string
        const at = inLine % (line.length + 1)
        const spoilt = lines.with(place % lines.length, `${line.slice(0, at)}**${line.slice(at)}`)

        const message = 'double-star (**) syntax is not supported'
        expect(() => parseHelmignore(spoilt.join('\n'))).toThrow(new SyntaxError(message))
        expect(() => parseHelmignore(lines.map((each) => `# ${each}**`).join('\n'))).not.toThrow()
      }),
    },
    {
      name: 'of any text are refused with a SyntaxError, or ignore the dotfiles of templates and never the chart itself',
      property: fc.property(anyText, fc.array(paths), component, fc.boolean(), (text, some, dotfile, isDirectory) => {
        let isIgnored: ReturnType<IgnoreParser['parseHelmignore']>
        try {
          isIgnored = parseHelmignore(text)
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError)
          return
        }
        for (const { path } of some) expect(isIgnored(path, isDirectory)).toBeTypeOf('boolean')
        expect(isIgnored(`templates/.${dotfile}`, isDirectory)).toBe(true)
        for (const chart of ['', '.', './']) expect(isIgnored(chart, true)).toBe(false)
      }),
    },
  ]
}

/** A rule ignores what it matches, a negated one all that it does not match, and no rule takes that back. */
function isIgnoredByModel(rules: readonly Rule[], path: string, isDirectory: boolean): boolean {
  if (/^templates\/\.[^/]+$/.test(path)) return true
  const name = path.split('/').at(-1) as string
  return rules.some(({ isNegated, onlyDirectories, wholePath, regex }) => {
    const matches = regex.test(wholePath ? path : name) && (isDirectory || !onlyDirectories)
    return isNegated ? !matches : matches
  })
}

const LETTERS = ['a', 'b', '.', '😀'] as const
const MAGIC = ['*', '?', '[', '\\', '!', '#'] as const

const component = fc.string({
  unit: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...LETTERS) },
    { weight: 1, arbitrary: fc.constantFrom(...MAGIC) },
  ),
  minLength: 1,
  maxLength: 3,
})
const folder = fc.oneof({ weight: 4, arbitrary: component }, { weight: 1, arbitrary: fc.constant('templates') })

const literal = fc
  .constantFrom(...LETTERS, 'a', 'b')
  .map((text) => ({ glob: text, regex: escape(text), example: text }))
const escaped = fc
  .constantFrom(...MAGIC, 'a', '-', ']')
  .map((text) => ({ glob: `\\${text}`, regex: escape(text), example: text }))
const any = fc.constantFrom('a', 'b', '😀').map((example) => ({ glob: '?', regex: '[^/]', example }))
const star = fc.constantFrom('', 'a', 'ab', '.').map((example) => ({ glob: '*', regex: '*', example }))
const end = fc.constantFrom('a', 'b', 'c', '.', '0', '!', '*', '😀')
const classes = fc
  .record({ isNegated: fc.boolean(), ranges: fc.array(fc.tuple(end, end), { minLength: 1, maxLength: 3 }) })
  .map(({ isNegated, ranges }) => {
    // Two stars in a row are not allowed even here.
    const write = (text: string): string => (text === '*' ? '\\*' : text)
    const written = ranges.map(([low, high]) => write(low) + (low === high ? '' : `-${write(high)}`)).join('')
    // A range that ends before it begins is fine for Go, and empty.
    const kept = ranges.filter(([low, high]) => toCode(low) <= toCode(high))
    const regex = kept
      .map(([low, high]) => `\\u{${toCode(low).toString(16)}}-\\u{${toCode(high).toString(16)}}`)
      .join('')
    const examples = isNegated ? ['a', 'b', '-', '/'] : kept.flat()
    const full = new RegExp(`^[${isNegated ? '^' : ''}${regex}]$`, 'u')
    return {
      glob: `[${isNegated ? '^' : ''}${written}]`,
      regex: full.source.slice(1, -1),
      example: examples.find((each) => full.test(each)) ?? 'a',
    }
  })

/** What stands between two slashes, without two stars in a row. */
const parts: fc.Arbitrary<readonly Piece[]> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: literal },
      { weight: 3, arbitrary: star },
      { weight: 1, arbitrary: any },
      { weight: 1, arbitrary: escaped },
      { weight: 1, arbitrary: classes },
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((pieces) => pieces.filter(({ glob }, i) => glob !== '*' || !pieces[i - 1]?.glob.endsWith('*')))

const SLASH: Piece = { glob: '/', regex: '/', example: '/' }

const rules: fc.Arbitrary<Rule> = fc
  .record({
    isNegated: fc.nat({ max: 5 }).map((number) => number === 0),
    hasRoot: fc.nat({ max: 3 }).map((number) => number === 0),
    onlyDirectories: fc.nat({ max: 3 }).map((number) => number === 0),
    parts: fc.oneof(
      { weight: 2, arbitrary: fc.array(parts, { minLength: 1, maxLength: 1 }) },
      { weight: 2, arbitrary: fc.array(parts, { minLength: 2, maxLength: 3 }) },
    ),
  })
  .map(({ isNegated, hasRoot, onlyDirectories, parts }) => {
    const pieces = parts.flatMap((part, i) => (i === 0 ? part : [SLASH, ...part]))
    const glob = pieces.map((piece) => piece.glob).join('')
    return {
      line: `${isNegated ? '!' : ''}${hasRoot ? '/' : ''}${glob}${onlyDirectories ? '/' : ''}`,
      isNegated,
      onlyDirectories,
      wholePath: hasRoot || parts.length > 1,
      regex: toRegex(pieces),
      example: pieces.map((piece) => piece.example).join(''),
    }
  })

/**
 * Writes a glob as a regular expression. What follows a star is looked for from left to right, and Go never goes back to
 * a star when it has found that: hence the lookahead, which keeps what it found. What follows the last star has to reach
 * the end.
 */
function toRegex(pieces: readonly Piece[]): RegExp {
  const chunks = [['']]
  for (const { glob, regex } of pieces) {
    if (glob === '*') chunks.push([])
    else chunks.at(-1)?.push(regex)
  }
  const [first = '', ...others] = chunks.map((chunk) => chunk.join(''))
  const last = others.pop()
  const between = others.map((chunk, i) => `(?=([^/]*?${chunk}))\\${i + 1}`)
  return new RegExp(`^${first}${between.join('')}${last === undefined ? '' : `[^/]*${last}`}$`, 'u')
}

function escape(text: string): string {
  return `\\u{${toCode(text).toString(16)}}`
}

function toCode(text: string): number {
  return text.codePointAt(0) as number
}

interface Path {
  readonly path: string
  readonly isDirectory: boolean
}

const paths: fc.Arbitrary<Path> = fc.record({
  path: fc
    .tuple(fc.array(folder, { maxLength: 2 }), component)
    .map(([folders, name]) => [...folders, name].join('/'))
    .filter((path) => path !== '.'),
  isDirectory: fc.boolean(),
})

/** Half of the paths are made for a rule, and perhaps one folder further down. */
const rulesAndPaths = fc.array(rules, { minLength: 1, maxLength: 4 }).chain((list) =>
  fc.record({
    rules: fc.constant(list),
    paths: fc.array(
      fc.oneof(
        paths,
        fc
          .record({
            rule: fc.constantFrom(...list),
            isDirectory: fc.boolean(),
            folders: fc.array(folder, { maxLength: 1 }),
          })
          .map(({ rule, isDirectory, folders }) => ({ path: [...folders, rule.example].join('/'), isDirectory }))
          .filter(({ path }) => path !== '' && path !== '.' && path !== './'),
      ),
      { minLength: 1, maxLength: 6 },
    ),
  }),
)

const blanks = fc.constantFrom('', ' ', '\t', '\u00a0', '\u3000 ')
const noise = fc.record({
  place: fc.nat(),
  before: blanks,
  after: blanks,
  extra: fc.constantFrom('', '  ', '#', '# a', '#*', ' #!a', '#a/'),
})
const ends = fc.constantFrom('\n', '\r\n')

const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom(...LETTERS, ...MAGIC, '[', ']', '-', '^', '/', '\n', ' '), maxLength: 20 }),
  fc.string({ unit: 'binary' }),
  fc.array(rules).map((list) => list.map(({ line }) => line).join('\n')),
)
