import { appendFileSync, openSync, truncateSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type PlainFileRules, readPlainFile } from '../../../src/helm/folder/read-plain-file.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { makePipe } from '../../support/make-pipe.js'

const LARGE = 10 * 1024 * 1024
const refusal = new Error('it is no file')
const change = new Error('it has changed')

/** Reads a file as it is when it is opened. */
function read(path: string, rules: Partial<PlainFileRules> = {}): Promise<Uint8Array> {
  return readPlainFile(openSync(path, 'r+'), {
    irregular: () => refusal,
    changed: () => change,
    take: () => {},
    signal: undefined,
    ...rules,
  })
}

describe('readPlainFile()', () => {
  it.each([0, 5, 256 * 1024, 256 * 1024 + 1, LARGE])('reads a file of %i bytes', async (size) => {
    const path = join(await makeFolder(), 'file')
    const bytes = Buffer.alloc(size, 'text')
    await writeFile(path, bytes)

    expect(bytes.equals(await read(path))).toBe(true)
  })

  it('refuses a pipe', async ({ skip }) => {
    const path = join(await makeFolder(), 'pipe')
    makePipe(path, skip)

    expect(await catchError(() => read(path))).toBe(refusal)
  })

  it.each([5, LARGE])('reports the size of a file of %i bytes before it reads any of it', async (size) => {
    const path = join(await makeFolder(), 'file')
    await writeFile(path, Buffer.alloc(size))
    const enough = new Error('too large')
    const sizes: number[] = []
    const take = (each: number): void => {
      sizes.push(each)
      throw enough
    }

    expect(await catchError(() => read(path, { take }))).toBe(enough)
    expect(sizes).toEqual([size])
  })

  it.each<[what: string, size: number, act: (path: string) => void]>([
    ['grows', 5, (path) => appendFileSync(path, 'more')],
    ['grows', LARGE, (path) => appendFileSync(path, 'more')],
    ['shrinks', LARGE, (path) => truncateSync(path, 5)],
    ['is written to', LARGE, (path) => writeFileSync(path, Buffer.alloc(LARGE, 'other'), { flag: 'r+' })],
  ])('refuses a file that %s while it is read, of %i bytes', async (_, size, act) => {
    const path = join(await makeFolder(), 'file')
    await writeFile(path, Buffer.alloc(size, 'text'))

    // The size is told once the file has been looked at, and before it is read.
    const take = (): void => act(path)

    expect(await catchError(() => read(path, { take }))).toBe(change)
  })

  it('stops in the middle of a large file at the signal, with its reason', async () => {
    const path = join(await makeFolder(), 'large')
    await writeFile(path, Buffer.alloc(LARGE))
    const controller = new AbortController()
    const reason = new Error('enough')

    const reading = catchError(() => read(path, { signal: controller.signal }))
    controller.abort(reason)
    expect(await reading).toBe(reason)
  })
})
