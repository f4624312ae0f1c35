/** Finds the code in README, docs and doc comments: its text, its file and line, and the note after its fence. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The repository. */
export const ROOT: string = join(import.meta.dirname, '../..')

/** A text in the repository. */
export interface Page {
  /** From the repository's root, with slashes. */
  readonly path: string
  readonly text: string
}

/** Code between two fences. */
export interface Block {
  /** File and line, as a test names it: `docs/testing.md:12`. */
  readonly id: string
  readonly path: string
  /** The first word after the fence: `ts`. */
  readonly language: string
  /** The rest of it: `prints`, `no-run: needs a real token`. */
  readonly note: string
  readonly text: string
}

/** README, the changelog, and all pages below docs and .github. */
export const pages: readonly Page[] = ['README.md', 'CHANGELOG.md', ...listFiles('docs'), ...listFiles('.github')]
  .filter((path) => path.endsWith('.md'))
  .map(readPage)

/** The source files of the library. */
export const sources: readonly Page[] = listFiles('src')
  .filter((path) => path.endsWith('.ts'))
  .map(readPage)

/** The code of a page, in its order. */
export function findBlocks({ path, text }: Page): readonly Block[] {
  const blocks: Block[] = []
  for (const match of text.matchAll(/^```(\w+)(?: +([^\n]*))?\n([^]*?)^```$/gm)) {
    const [, language = '', note = '', code = ''] = match
    const line = text.slice(0, match.index).split('\n').length
    blocks.push({ id: `${path}:${line}`, path, language, note, text: code })
  }
  return blocks
}

/** The code in the doc comments of a source file. */
export function findExamples({ path, text }: Page): readonly Block[] {
  // Only the comments are left, without their stars, each line where it was.
  const comments = text.replace(/\/\*\*[^]*?\*\/|[^\n]/g, (found) =>
    found.startsWith('/**') ? found.replace(/^\s*\/?\*+\/? ?/gm, '') : '',
  )
  return findBlocks({ path, text: comments })
}

export function readPage(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') }
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .toSorted()
}
