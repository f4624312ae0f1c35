import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readPlainFile } from '../../../src/helm/folder/read-plain-file.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { makePipe } from '../../support/make-pipe.js'

const LARGE = 10 * 1024 * 1024
const refusal = new Error('it is no file')
const refuse = (): Error => refusal

describe('readPlainFile()', () => {
  it.each([0, 5, 256 * 1024, 256 * 1024 + 1, LARGE])('reads a file of %i bytes', async (size) => {
    const path = join(await makeFolder(), 'file')
    const bytes = Buffer.alloc(size, 'text')
    await writeFile(path, bytes)

    expect(bytes.equals(await readPlainFile(path, refuse, undefined))).toBe(true)
  })

  it('refuses a pipe that has come into the place of a file, and waits for nobody to write to it', async ({ skip }) => {
    const path = join(await makeFolder(), 'pipe')
    makePipe(path, skip)

    expect(await catchError(() => readPlainFile(path, refuse, undefined))).toBe(refusal)
  })

  it('refuses a folder', async () => {
    expect(await catchError(async () => readPlainFile(await makeFolder(), refuse, undefined))).toBe(refusal)
  })

  it('stops in the midst of a large file at the signal, with its reason', async () => {
    const path = join(await makeFolder(), 'large')
    await writeFile(path, Buffer.alloc(LARGE))
    const controller = new AbortController()
    const reason = new Error('enough')

    const reading = catchError(() => readPlainFile(path, refuse, controller.signal))
    controller.abort(reason)
    expect(await reading).toBe(reason)
  })
})
