import { execFile } from 'node:child_process'
import { open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bytesContent, checkedContent } from '../../../src/oras/oci/content.js'
import { writeFile } from '../../../src/oras/store/write-file.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { skipOnWindows } from '../../support/skip-because.js'

/** Runs in a shell that lets no file grow beyond a mebibyte. */
const NARROW = 'ulimit -f 1024; exec "$0" --import tsx "$@"'
const LIMIT = 1024 * 1024

async function writeInNarrowProcess(path: string, size: number): Promise<string> {
  const script = join(import.meta.dirname, '../../support/write-in-process.ts')
  const args = ['-c', NARROW, process.execPath, script, path, String(size)]
  return (await promisify(execFile)('bash', args)).stdout
}

describe('writeFile()', () => {
  it('writes several mebibytes in chunks of any size in their order', async () => {
    const path = join(await makeFolder(), 'a')
    const bytes = Buffer.alloc(5 * LIMIT + 7)
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(at, Math.min(at, bytes.length - 4))
    const { descriptor } = bytesContent(bytes, { mediaType: 'text/plain' })
    const content = checkedContent(descriptor, async function* () {
      let step = 1
      for (let at = 0; at < bytes.length; at += step, step = (step * 7) % 300_007) yield bytes.subarray(at, at + step)
    })
    const steps: number[] = []
    for await (const chunk of content.open()) steps.push(chunk.length)
    expect(Math.max(...steps)).toBeGreaterThan(200_000)

    await writeFile(content, path, undefined)

    expect((await readFile(path)).equals(bytes)).toBe(true)
  })

  it('does not replace a file', async () => {
    const path = join(await makeFolder(), 'a')
    await (await open(path, 'w')).close()
    const hello = bytesContent(Buffer.from('hello'), { mediaType: 'text/plain' })

    expect(await catchError(() => writeFile(hello, path, undefined))).toMatchObject({ code: 'EEXIST' })
    expect(await readFile(path, 'utf8')).toBe('')
  })

  it('passes on what goes wrong while a piece is on its way to the disk: an error of the source, or the reason to stop', async () => {
    const { descriptor } = bytesContent(Buffer.alloc(4 * LIMIT), { mediaType: 'text/plain' })
    const broken = new Error('broken')
    const controller = new AbortController()
    const failing = checkedContent(descriptor, async function* () {
      yield Buffer.alloc(LIMIT)
      throw broken
    })
    const stopped = checkedContent(descriptor, async function* () {
      yield Buffer.alloc(LIMIT)
      controller.abort(broken)
      yield Buffer.alloc(LIMIT)
    })
    const folder = await makeFolder()

    expect(await catchError(() => writeFile(failing, join(folder, 'a'), undefined))).toBe(broken)
    expect(await catchError(() => writeFile(stopped, join(folder, 'b'), controller.signal))).toBe(broken)
  })

  it.skipIf(skipOnWindows('limits on the size of files')).each([
    ['in the last piece, of which a part fits', LIMIT + 1000],
    ['in a piece that more follow', 4 * LIMIT],
  ])('leaves nothing and reports it if the disk is full, found out %s', async (_, size) => {
    const folder = await makeFolder()

    expect(await writeInNarrowProcess(join(folder, 'fits'), LIMIT)).toBe('written')
    expect(await writeInNarrowProcess(join(folder, 'large'), size)).toBe('EFBIG')
    expect(await readdir(folder)).toEqual(['fits'])
  })
})
