import { createHash } from 'node:crypto'
import { appendFileSync, truncateSync } from 'node:fs'
import { appendFile, open, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ContentMismatchError, NotFoundError } from '../../../src/oras/errors/oci-error.js'
import { readContent } from '../../../src/oras/oci/content.js'
import { digestOf } from '../../../src/oras/oci/digest.js'
import { fileContent } from '../../../src/oras/store/file-content.js'
import { catchError } from '../../support/catch-error.js'
import { makeFolder } from '../../support/make-folder.js'
import { makePipe } from '../../support/make-pipe.js'
import { skipOnWindows } from '../../support/skip-because.js'

const mediaType = 'text/plain'
const CHUNK = 1024 * 1024

async function makeFile(bytes: string | Uint8Array): Promise<string> {
  const path = join(await makeFolder(), 'file')
  await writeFile(path, bytes)
  return path
}

describe('fileContent()', () => {
  it('describes the file, with annotations only if there are some', async () => {
    const path = await makeFile('hello')
    const described = { mediaType, digest: digestOf(Buffer.from('hello')), size: 5 }

    expect((await fileContent(path, { mediaType })).descriptor).toStrictEqual(described)
    expect((await fileContent(path, { mediaType, annotations: { a: 'b' } })).descriptor).toStrictEqual({
      ...described,
      annotations: { a: 'b' },
    })
  })

  it('reads an empty file', async () => {
    const content = await fileContent(await makeFile(''), { mediaType })

    expect(content.descriptor.size).toBe(0)
    expect(await readContent(content)).toHaveLength(0)
  })

  it('streams a large file a mebibyte at a time, again and again', async () => {
    const path = await makeFile('')
    const file = await open(path, 'w')
    const hash = createHash('sha256')
    for (let count = 0; count < 24; count++) {
      const piece = Buffer.alloc(1024 * 1024, count)
      hash.update(piece)
      await file.writeFile(piece)
    }
    await file.close()

    const content = await fileContent(path, { mediaType })
    const sizes: number[] = []
    for await (const chunk of content.open()) sizes.push(chunk.length)

    expect(content.descriptor).toEqual({
      mediaType,
      digest: `sha256:${hash.digest('hex')}`,
      size: 24 * 1024 * 1024,
    })
    expect(sizes.reduce((sum, size) => sum + size)).toBe(24 * 1024 * 1024)
    expect(Math.max(...sizes)).toBe(1024 * 1024)
    expect(await readContent(content)).toHaveLength(24 * 1024 * 1024)
  })

  it('skips what lies before the start', async () => {
    const content = await fileContent(await makeFile('abcdef'), { mediaType })
    const chunks: Uint8Array[] = []

    for await (const chunk of content.open({ start: 4 })) chunks.push(chunk)

    expect(Buffer.concat(chunks).toString()).toBe('ef')
  })

  it.each<[change: string, make: (path: string) => Promise<void>]>([
    ['other bytes', (path) => writeFile(path, 'HELLO')],
    ['more bytes', (path) => appendFile(path, '!')],
    ['fewer bytes', (path) => truncate(path, 3)],
  ])('finds out a file that has %s by now', async (_, change) => {
    const path = await makeFile('hello')
    const content = await fileContent(path, { mediaType })
    await change(path)

    expect(await catchError(() => readContent(content))).toBeInstanceOf(ContentMismatchError)
  })

  it('passes on the error of the system if the file has gone by now', async () => {
    const path = await makeFile('hello')
    const content = await fileContent(path, { mediaType })
    await rm(path)

    expect(await catchError(() => readContent(content))).toMatchObject({ code: 'ENOENT' })
  })

  it.each<[change: string, act: (path: string) => void, actual: unknown]>([
    ['grows as fast as it is read', (path) => appendFileSync(path, Buffer.alloc(CHUNK)), 'more'],
    ['shrinks', (path) => truncateSync(path, CHUNK), expect.any(String)],
  ])('reads to no end a file that %s', async (_, act, actual) => {
    const path = await makeFile(Buffer.alloc(6 * CHUNK))
    let asked = 0
    // The signal is asked twice before the file is opened, and at each chunk.
    const throwIfAborted = (): void => {
      if (asked++ > 1) act(path)
      if (asked > 20) throw new Error('there is no end')
    }
    const signal = Object.assign(new AbortController().signal, { throwIfAborted })

    expect(await catchError(() => fileContent(path, { mediaType, signal }))).toMatchObject({
      code: 'ERR_CONTENT_MISMATCH',
      message: `Cannot read ${path}: its size changed while it was read`,
      hint: 'Another program writes the file at this moment: read it when that is done.',
      expected: String(6 * CHUNK),
      actual,
    })
  })

  const irregular = (path: string): object => ({
    code: 'ERR_NOT_FOUND',
    message: `Cannot read ${path}: it is not a regular file`,
    hint: 'Give the path of a file: folders, pipes and devices cannot be read again and again.',
  })

  it('waits for nobody to write to a pipe, also one that has come into the place of the file', async ({ skip }) => {
    const path = await makeFile('hello')
    const content = await fileContent(path, { mediaType })
    await rm(path)
    makePipe(path, skip)

    expect(await catchError(() => fileContent(path, { mediaType }))).toMatchObject(irregular(path))
    expect(await catchError(() => readContent(content))).toMatchObject(irregular(path))
  })

  it.skipIf(skipOnWindows('folders and devices'))('reads no folder, and no device, which would never end', async () => {
    const folder = await makeFolder()

    for (const path of [folder, '/dev/zero', '/dev/null']) {
      expect(await catchError(() => fileContent(path, { mediaType }))).toMatchObject(irregular(path))
    }
  })

  it('says which file is missing', async () => {
    const path = join(await makeFolder(), 'no-such-file')

    const error = await catchError(() => fileContent(path, { mediaType }))

    expect(error).toBeInstanceOf(NotFoundError)
    expect(error).toMatchObject({
      code: 'ERR_NOT_FOUND',
      message: `Cannot read ${path}: there is no such file`,
      hint: 'Check the path of the file.',
      cause: { code: 'ENOENT' },
    })
  })

  it('throws the reason of a signal that was aborted before', async () => {
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    const path = await makeFile('hello')
    const content = await fileContent(path, { mediaType })

    expect(await catchError(() => fileContent(path, { mediaType, signal }))).toBe(reason)
    // A stream that was opened all the same would fail with nobody listening, and end the process.
    expect(await catchError(() => readContent(content, { signal }))).toBe(reason)
  })

  it('throws the reason of a signal that is aborted while it reads', async () => {
    const reason = new Error('enough')
    const controller = new AbortController()
    const content = await fileContent(await makeFile(Buffer.alloc(5 * 1024 * 1024)), { mediaType })

    const error = await catchError(async () => {
      for await (const _ of content.open({ signal: controller.signal })) controller.abort(reason)
    })

    expect(error).toBe(reason)
  })

  it('opens nothing for a reading that never begins', async () => {
    const path = await makeFile('hello')
    const content = await fileContent(path, { mediaType })
    await rm(path)

    content.open()
    content.open({ signal: AbortSignal.abort() })

    // The failure of a stream that was opened would arrive here, as an unhandled error.
    await expect(makeFile('')).resolves.toBeDefined()
  })
})
