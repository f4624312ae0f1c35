/** The doc comments of the public API: what an editor shows of each export, and of each member. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeFolder } from '../support/make-folder.js'
import { ROOT } from './find-blocks.js'
import { findUndocumented, type Gap } from './find-undocumented.js'

// Files whose comments are being rewritten: taken out of this list as they are done.
const PENDING: readonly string[] = [
  'src/helm/artifact/assemble-chart.ts',
  'src/helm/artifact/chart-destination.ts',
  'src/helm/artifact/layerize-chart.ts',
  'src/helm/dependencies/missing-dependencies.ts',
  'src/helm/folder/unpack-chart.ts',
  'src/helm/inspect-chart.ts',
  'src/helm/list-chart-versions.ts',
  'src/helm/load/create-chart.ts',
  'src/helm/load/override-chart.ts',
  'src/helm/load/pack-chart.ts',
  'src/helm/load/read-chart.ts',
  'src/helm/model/chart-metadata.ts',
  'src/helm/model/chart.ts',
  'src/helm/model/invalid-chart-error.ts',
  'src/helm/open-chart.ts',
  'src/helm/pull-chart.ts',
  'src/helm/push-chart.ts',
  'src/helm/read-chart-file.ts',
  'src/helm/version/select-version.ts',
  'src/oras/credentials/config-paths.ts',
  'src/oras/credentials/credential.ts',
  'src/oras/credentials/look-up-credential.ts',
  'src/oras/credentials/run-helper.ts',
  'src/oras/errors/oci-error.ts',
  'src/oras/errors/registry-answer.ts',
  'src/oras/events.ts',
  'src/oras/graph/copy.ts',
  'src/oras/http/fetch.ts',
  'src/oras/http/retry/retry-policy.ts',
  'src/oras/http/retry/retry.ts',
  'src/oras/http/tls/tls-options.ts',
  'src/oras/http/transport.ts',
  'src/oras/login-registry.ts',
  'src/oras/logout-registry.ts',
  'src/oras/oci/content.ts',
  'src/oras/oci/descriptor.ts',
  'src/oras/oci/manifest.ts',
  'src/oras/oci/reference.ts',
  'src/oras/registry/connection/connection-options.ts',
  'src/oras/registry/repository.ts',
  'src/oras/store/file-content.ts',
  'src/oras/store/memory-store.ts',
  'src/oras/store/target.ts',
  'src/oras/store/write-content.ts',
  'src/oras/turns.ts',
]

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
    return found.filter(({ path }) => !PENDING.includes(path)).map(({ path, text }) => `${path}: ${text}`)
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
