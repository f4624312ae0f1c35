/** No file of the repository contains words that have to be read twice: docs, comments, titles, identifiers, paths. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { skipBecause } from '../support/skip-because.js'
import { ROOT } from './find-blocks.js'

/** Between two words: blanks, also across lines, and what begins a line of a comment. */
const GAP = String.raw`(?:\s|\*|//|#)+`
const words = (...parts: readonly string[]): RegExp => new RegExp(String.raw`\b${parts.join(GAP)}\b`, 'gi')

/** What to write in place of each. One letter of each pattern is in brackets, so that no pattern finds itself. */
const BANNED: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [words('(?:is|are|was|were|be|been|being)', 'non[e]'), '"an invalid tag", "there is no tag"'],
  [/nobod[y]/gi, 'the passive ("is not read"), or who it is: "no client"'],
  [/whoeve[r]/gi, 'who it is: "the reader", "the caller"'],
  // With a small letter only: the language is called Go.
  [
    new RegExp(String.raw`\b(?:go|[Gg]oes|[Gg]oing|[Gg]one|[Ww]ent)${GAP}o[n]\b`, 'g'),
    '"continues", "resumes", "follows"',
  ],
  [/besid[e]/gi, '"next to", "as well as", "in addition to"'],
  [/\bhous[e]|Hous[e]/g, 'the thing itself'],
  [/\broo[m]|Roo[m]|ROO[M]/g, '"part", "space", or what does not fit'],
  [/\bdoo[r]|Doo[r]|DOO[R]/g, '"entry point"'],
  [/jud[g]/gi, '"checks", "decides", "compares"'],
  [words('at', 'hom[e]'), 'where it is'],
]

/** Files that others wrote: recorded answers of Helm and Go, lists of packages, a licence. */
const FOREIGN = /^test\/golden\/.*\.json$|(?:^|\/)(?:package-lock\.json|go\.sum|LICENSE)$/

/**
 * Quotations, by file: messages of other programs, and names that others chose. Only the exact text is exempt, and only in
 * that file. A message of this library is no quotation.
 */
const QUOTED: Readonly<Record<string, readonly string[]>> = {}

/** Lists the banned words of a text as `path:line: "words": write …`. */
function findBanned(path: string, text: string, quoted: readonly string[] = []): readonly string[] {
  // Keeps the ends of lines, so that the numbers of lines stay right.
  const own = quoted.reduce((all, quote) => all.replaceAll(quote, quote.replaceAll(/[^\n]/g, '.')), text)
  return BANNED.flatMap(([pattern, instead]) =>
    [...own.matchAll(pattern)].map(({ 0: found, index }) => {
      const line = own.slice(0, index).split('\n').length
      return `${path}:${line}: "${found.replaceAll(/\s+/g, ' ')}": write ${instead}`
    }),
  )
}

const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' })
const noGit = spawnSync('git', ['rev-parse', '--git-dir'], { cwd: ROOT }).status !== 0 && 'this is no clone'

describe('the banned words', () => {
  it.skipIf(skipBecause(noGit, 'plain words'))('stand in no file of the repository', () => {
    const paths = git('ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0')
    const texts = paths
      .filter((path) => path !== '' && !FOREIGN.test(path) && existsSync(join(ROOT, path)))
      .map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const)

    expect(texts.length).toBeGreaterThan(500)
    expect(
      texts.flatMap(([path, text]) => [...findBanned(path, path), ...findBanned(path, text, QUOTED[path])]),
    ).toEqual([])
  })

  it.each([
    ['a tag that is no', 'ne'],
    ['// which are\n  // no', 'ne at all'],
    ['nob', 'ody reads it'],
    ['Who', 'ever reads it'],
    ['it go', 'es on'],
    [' * it wen', 't\n * on'],
    ['bes', 'ides'],
    ['const ho', 'useOf = 1'],
    ['const ro', 'oms = 1'],
    ['const inRo', 'om = 1'],
    ['the front do', 'or'],
    ['is jud', 'ged'],
    ['at ho', 'me on it'],
  ])('are found in %j followed by %j', (start, end) => {
    expect(findBanned('a.ts', `one\n${start}${end}`)).toEqual([expect.stringMatching(/^a\.ts:2: "/)])
  })

  it('are not found in longer words, in the name Go, or in a quotation', () => {
    expect(findBanned('a.ts', 'Go on Linux, nonetheless a mushroom of an outdoor warehouse')).toEqual([])
    const text = ['the user "nob', 'ody"'].join('')
    expect(findBanned('a.ts', text, [text])).toEqual([])
    expect(findBanned('a.ts', `${text}\n${text.slice(0, 16)}`, [text])).toHaveLength(1)
  })
})
