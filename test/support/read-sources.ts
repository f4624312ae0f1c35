/** The source files of the library with what each imports, for the tests that hold its structure. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'
import { LAYERS, type Part, TESTING } from './layers.js'

const SRC = join(import.meta.dirname, '../../src')

export interface SourceFile {
  /** Relative to `src`: `oras/oci/digest.ts`. */
  readonly path: string
  readonly text: string
  /** As written: `../oci/digest.js`, `node:fs`. */
  readonly imports: readonly string[]
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, imports: ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName) }
}

export function readSources(): readonly SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.[cm]?ts$/.test(path))
    .toSorted()
    .map((path) => sourceFile(path, readFileSync(join(SRC, path), 'utf8')))
}

/** The files of `src` that a file imports, types among them. */
export function importedFiles({ path, imports }: SourceFile): readonly string[] {
  return imports
    .filter((each) => each.startsWith('.'))
    .map((each) => posix.join(posix.dirname(path), each).replace(/\.js$/, '.ts'))
}

/** Packages and modules of Node that a file imports. */
export function importedModules({ imports }: SourceFile): readonly string[] {
  return imports.filter((each) => !each.startsWith('.'))
}

const PARTS: readonly Part[] = [...LAYERS.flat(), ...TESTING]

/** The part that a file belongs to; `undefined` for a file that no layer names. */
export function partOf(path: string): string | undefined {
  return PARTS.find(({ name }) => path === `${name}.ts` || path.startsWith(`${name}/`))?.name
}
