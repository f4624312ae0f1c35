/** The doc comments of the public API: what an editor shows of each export, and of each member. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../support/make-folder.js'
import { ROOT } from './find-blocks.js'
import { findUndocumented, type Gap } from './find-undocumented.js'

const ENTRIES = ['src/index.ts', 'src/oras/index.ts', 'src/testing/index.ts']

describe('the public API', () => {
  const gaps = findUndocumented(
    ROOT,
    ENTRIES.map((entry) => join(ROOT, entry)),
  )

  it('has a doc comment on every export', () => {
    expect(lines(gaps.comments)).toEqual([])
  })

  it('has an @example on every function and class', () => {
    expect(lines(gaps.examples)).toEqual([])
  })

  it('has a line on every member of an interface, an object type or a class', () => {
    expect(lines(gaps.members)).toEqual([])
  })

  it('tells defaults by the tag @default, not by a sentence', () => {
    expect(lines(gaps.defaults)).toEqual([])
  })

  function lines(found: readonly Gap[]): readonly string[] {
    return found.map(({ path, text }) => `${path}: ${text}`)
  }
})

it('findUndocumented() finds what is missing, wherever it is written', async () => {
  const folder = await makeFolder()
  const entry = join(folder, 'index.ts')
  await writeFile(
    entry,
    [
      "export { type Told, type Untold, Store, run, told, call } from './code.js'",
      "export { told as again } from './code.js'",
    ].join('\n'),
  )
  await writeFile(
    join(folder, 'code.ts'),
    [
      'interface Base { inherited: string }',
      '/** All is told. */',
      'export interface Told {',
      '  /** A line. Default: 4. */',
      '  size: number',
      '}',
      'export type Untold = Told & Base & { own: { inner: string } }',
      '/** A class. */',
      'export class Store implements Told {',
      '  size = 4',
      '  #hidden = 0',
      '  /** @internal */',
      '  internal = this.#hidden',
      '  close(): void { type Local = { local: string } }',
      '}',
      '/** Runs. */',
      'export function run(options: { signal: string }): { result: number } { return options as never }',
      '/**',
      ' * Tells.',
      ' * @example',
      ' */',
      'export function told(): void {}',
      '/** Calls. */',
      'export const call = (): void => {}',
      'export interface NotExported { member: string }',
    ].join('\n'),
  )
  const found = findUndocumented(folder, [entry])
  expect(texts(found.comments)).toEqual(['Untold'])
  expect(texts(found.examples)).toEqual(['Store', 'run', 'call'])
  expect(texts(found.members)).toEqual([
    'Base.inherited',
    'Untold.own',
    'Untold.inner',
    'Store.close',
    'run.signal',
    'run.result',
  ])
  expect(found.defaults).toEqual([{ path: 'code.ts', text: 'Default: 4.' }])
})

function texts(found: readonly Gap[]): readonly string[] {
  return found.map(({ text }) => text)
}
